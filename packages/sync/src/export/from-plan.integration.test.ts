import type { EntityFields, KindName } from '@broadstreet-sync/domain';
import { kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { planKind } from '../runs.ts';
import { failWith, remoteError } from '../testing/memory-remote.ts';
import { everything, openPlannedAccount, type PlannedAccount } from '../testing/planned-account.ts';

let bed: PlannedAccount;
beforeEach(async () => {
  bed = await openPlannedAccount();
});
afterEach(() => bed.close());

/** Texts in place of ids that were not known, replaced by what these became. */
async function withIds(value: unknown): Promise<unknown> {
  const mapped = await Promise.all(
    (['networks', 'advertisers', 'zones', 'advertisements', 'campaigns'] as const).map(async (kind: KindName) => [
      ...(await bed.store.locals.mapped(kind, [...bed.ids.values()])),
    ]),
  );
  const ids = new Map(mapped.flat().map(([id, entry]) => [id, entry.remote_id]));
  const text = JSON.stringify(value).replace(/"\{[^{}]*?([0-9a-f]{24})\}"/g, (_, id: string) => ids.get(id) ?? '?');
  return JSON.parse(text);
}

async function expectOutdated(run: RunDocument, detail: string, posts = 0): Promise<void> {
  expect(run).toMatchObject({
    status: 'failed',
    error: { category: 'conflict', code: 'plan_outdated', message: expect.stringContaining(detail) },
  });
  expect(bed.remote.posts).toHaveLength(posts);
}

describe('an export of a plan', () => {
  it('sends exactly what was planned, in that order, and asks for each list once', async () => {
    const plan = await bed.dryRun();
    const planned = (await bed.items(plan)).filter(({ action, state }) => action === 'create' && state === 'planned');
    bed.remote.lists.length = 0;

    const run = await bed.carryOut(plan);

    expect(run).toMatchObject({ status: 'partial', error: null, from_plan: plan._id });
    const sent = bed.remote.posts.map(({ method, path, query, body }) => ({ method, path, query, body }));
    expect(sent).toEqual(await withIds(planned.map(({ request }) => request)));
    const lists = bed.remote.lists.length;
    expect(new Set(bed.remote.lists).size).toBe(lists);
    expect((await bed.items(plan)).filter(({ action }) => action === 'names')).toHaveLength(lists);
    expect(await bed.store.tasks.progress([run._id])).toMatchObject(new Map([[run._id, expect.any(Map)]]));
    expect((await bed.store.tasks.progress([run._id])).get(run._id)?.get('advertisers')).toMatchObject({
      total: 5,
      completed: 4,
      failed: 1,
    });
  });

  it('cannot be made twice: what was planned is there by then', async () => {
    const plan = await bed.dryRun();
    await bed.carryOut(plan);
    const posts = bed.remote.posts.length;

    await expectOutdated(await bed.carryOut(plan), 'exists in Broadstreet by now', posts);
  });

  const edits: [string, (id: (word: string) => string) => Promise<unknown>][] = [
    ['was edited here (name)', (id) => bed.store.locals.update('zones', id('sidebar'), { name: 'Other' })],
    ['was edited here (weight)', (id) => bed.store.locals.update('campaigns', id('always on'), { weight: 'low' })],
    ['was deleted here', (id) => bed.store.locals.remove('placements', id('placed'))],
    ['was added here', () => bed.add('zones', { name: 'New', network_id: 2 })],
    ['was edited here (name)', (id) => bed.store.locals.update('advertisers', id('nameless'), { name: 'Named' })],
  ];
  it.each(edits)('is refused where a draft %s, before anything is asked for', async (detail, edit) => {
    const plan = await bed.dryRun();
    bed.remote.lists.length = 0;
    await edit(bed.id);

    await expectOutdated(await bed.carryOut(plan), detail);
    expect(bed.remote.lists).toEqual([]);
  });

  it('is refused where a parent is gone', async () => {
    const plan = await bed.dryRun();
    bed.remote.remove('/advertisers', 11);
    await bed.importKinds('advertisers');

    await expectOutdated(await bed.carryOut(plan), 'its advertiser is gone');
  });

  const names: [string, string, Record<string, number>, EntityFields][] = [
    ['a wished name was taken', '/zones', { network_id: 1 }, { id: 90, name: 'SIDEBAR (1)' }],
    ['a name of the last level', '/campaigns', { advertiser_id: 11 }, { id: 91, name: 'always on (1)' }],
  ];
  it.each(names)('is refused before the first request to create where %s since', async (_, path, parents, row) => {
    const plan = await bed.dryRun();
    bed.remote.add(path, parents, row);

    await expectOutdated(await bed.carryOut(plan), 'taken or free by now');
  });

  it('is refused where a name has become free', async () => {
    const plan = await bed.dryRun();
    bed.remote.remove('/zones', 30);

    await expectOutdated(await bed.carryOut(plan), 'taken or free by now');
  });

  it('goes where names changed that nothing hangs on', async () => {
    const plan = await bed.dryRun();
    bed.remote.add('/zones', { network_id: 1 }, { id: 92, name: 'Elsewhere' });

    expect(await bed.carryOut(plan)).toMatchObject({ status: 'partial', error: null });
  });

  it('stops where a name is taken between the check and the request, and sends nothing else in its place', async () => {
    const plan = await bed.dryRun({ kinds: ['zones'], confirm: [] });
    bed.remote.faults.push(() => {
      bed.remote.add('/zones', { network_id: 1 }, { id: 93, name: 'Sidebar (1)' });
      throw remoteError('validation', { fields: { name: 'is taken' } });
    });

    const run = await bed.carryOut(plan);

    await expectOutdated(run, 'is taken by now', 1);
    expect(await bed.local('zones', bed.id('sidebar'))).toMatchObject({ sync_errors: [{ category: 'conflict' }] });
  });

  it('goes on where Broadstreet refuses a name that nobody has: that is the entity’s own fault', async () => {
    const plan = await bed.dryRun();
    bed.remote.faults.push(failWith('validation', { fields: { name: 'is not welcome' } }));

    const run = await bed.carryOut(plan);

    expect(run).toMatchObject({ status: 'partial', error: null });
    expect(await bed.local('networks', bed.id('site'))).toMatchObject({ sync_errors: [{ category: 'validation' }] });
    expect(await bed.local('campaigns', bed.id('always on'))).toBeNull();
  });

  it('stops in the middle, before a kind of which something is other than planned', async () => {
    const plan = await bed.dryRun();
    let isEdited = false;
    const post = bed.remote.write;
    bed.remote.write = async (request, context) => {
      // The check is over: the first thing is being sent.
      if (!isEdited) await bed.store.locals.update('campaigns', bed.id('spring'), { name: 'Summer' });
      isEdited = true;
      return post(request, context);
    };

    const run = await bed.carryOut(plan);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'plan_outdated' } });
    expect(new Set(bed.remote.posts.map(({ path }) => path))).toEqual(
      new Set(['/networks', '/advertisers', '/zones', '/advertisements']),
    );
    expect(await bed.local('campaigns', bed.id('always on'))).not.toBeNull();
  });

  it('leaves out what is added once it has begun', async () => {
    const plan = await bed.dryRun();
    let late: string | undefined;
    const post = bed.remote.write;
    bed.remote.write = async (request, context) => {
      late ??= await bed.add('campaigns', { name: 'Late', advertiser_id: 11, start_date: '2026-01-01' });
      return post(request, context);
    };

    expect(await bed.carryOut(plan)).toMatchObject({ status: 'partial', error: null });

    expect(await bed.local('campaigns', late ?? '')).not.toBeNull();
    expect(bed.remote.rows('/campaigns').map(({ name }) => name)).not.toContain('Late');
  });

  it('begins to send only once, however often its end is told', async () => {
    const plan = await bed.dryRun();
    const run = await bed.begin({ ...everything, from_plan: plan._id });
    for (const kind of everything.kinds) await bed.drive(run, kind);

    const ends = await Promise.all([1, 2, 3].map(() => finishRun(bed.context, run._id, run.generation)));

    expect(ends.filter((begun) => begun !== null)).toHaveLength(1);
    const begun = await bed.store.runs.get(run._id);
    expect(begun).toMatchObject({ status: 'running', generation: run.generation + 1, plan: {} });
    expect(bed.remote.posts).toEqual([]);
    // What the flow that is over still says changes nothing.
    expect(await finishRun(bed.context, run._id, run.generation)).toBeNull();
    if (begun !== null) await planKind(bed.context, begun, kinds.networks);
    expect(
      await bed.store.tasks.of({ run_id: run._id, kind: 'networks', action: 'create', subject: bed.id('site') }),
    ).toMatchObject({
      state: 'queued',
    });
  });
});
