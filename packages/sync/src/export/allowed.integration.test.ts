import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loseAnswer, loseRequest } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;

beforeEach(async () => {
  bed = await openSyncBed();
  for (const id of [1, 2]) {
    bed.remote.add('/networks', {}, { id, name: `Net ${id}` });
    bed.remote.add('/zones', { network_id: id }, { id: id + 10, name: 'Old', alias: null });
  }
  await bed.importKinds(...kindNames);
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

/** A run whose only request is not answered, and which is cancelled while nobody knows what became of it. */
async function sendUnanswered(kind: KindName, fault: typeof loseRequest, request: object = {}): Promise<void> {
  const run = await bed.begin({ kinds: [kind], ...request });
  bed.remote.faults.push(fault);
  await bed.drive(run, kind, bed.within({ settleMs: 3_600_000 })).catch(() => undefined);
  await bed.store.runs.requestStop(run._id, 'cancelled', null);
  await bed.finish(run);
  bed.remote.lists.length = 0;
}

const items = async ({ _id }: RunDocument) => (await bed.store.plans.page({ run_id: _id }, 0, 100)).items;
const ids = (path: string): unknown[] => bed.remote.rows(path).map(({ id }) => id);

describe('a network that an earlier run has sent', () => {
  let id: string;
  beforeEach(async () => {
    id = await bed.add('networks', { name: 'Third' });
  });

  it('and that is not there is not sent again by a run without a confirmation', async () => {
    await sendUnanswered('networks', loseRequest, { confirm: ['networks'] });

    const run = await bed.run({ kinds: ['networks'] });

    expect(run.status).toBe('failed');
    expect([bed.remote.posts.length, ids('/networks')]).toEqual([1, [1, 2]]);
    expect((await bed.local('networks', id))?.sync_errors?.at(-1)).toMatchObject({
      message: expect.stringContaining('needs a confirmation'),
      run_id: run._id,
    });
    expect(await bed.task(run, 'networks', id)).toMatchObject({ state: 'blocked' });
    expect(await bed.store.intents.get(id)).toMatchObject({
      state: 'rejected',
      error: { code: 'confirmation_needed' },
      written_off: [{ name: 'Third' }],
    });
  });

  it('and refused so is sent once somebody confirms it', async () => {
    await sendUnanswered('networks', loseRequest, { confirm: ['networks'] });
    await bed.run({ kinds: ['networks'] });

    const run = await bed.run({ kinds: ['networks'], confirm: ['networks'] });

    expect(run.status).toBe('succeeded');
    expect([await bed.local('networks', id), bed.remote.posts.length]).toEqual([null, 2]);
  });

  it('and that is there is promoted without a confirmation: it exists', async () => {
    await sendUnanswered('networks', loseAnswer, { confirm: ['networks'] });

    const run = await bed.run({ kinds: ['networks'] });

    expect([run.status, bed.remote.posts.length, await bed.local('networks', id)]).toEqual(['succeeded', 1, null]);
  });

  it('shows no request in a dry run without a confirmation', async () => {
    await sendUnanswered('networks', loseRequest, { confirm: ['networks'] });
    const entity = async (request: object) => {
      const plan = await bed.run({ kinds: ['networks'], dry_run: true, ...request });
      return (await items(plan)).find(({ subject }) => subject === id);
    };

    expect(await entity({})).toMatchObject({ state: 'open', request: null });
    expect(await entity({ confirm: ['networks'] })).toMatchObject({ state: 'open', request: { method: 'POST' } });
  });
});

describe('a zone in a network that the settings do not allow any more', () => {
  const limited = () => bed.within({ networks: [1] });

  it('is neither looked up nor sent again, and stays open until they do', async () => {
    const id = await bed.add('zones', { name: 'New', network_id: 2 });
    await sendUnanswered('zones', loseRequest);

    const run = await bed.run({ kinds: ['zones'] }, limited());

    expect([bed.remote.posts.length, bed.remote.lists]).toEqual([1, []]);
    expect(await bed.task(run, 'zones', id)).toMatchObject({
      state: 'blocked',
      error: { code: 'network_not_allowed' },
    });
    expect((await bed.local('zones', id))?.sync_errors?.at(-1)?.message).toContain('Network 2 is not among those');
    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'ambiguous' });

    const allowed = await bed.run({ kinds: ['zones'] });
    expect([allowed.status, await bed.local('zones', id), bed.remote.posts.length]).toEqual(['succeeded', null, 2]);
  });

  it('shows neither a look nor a request in a dry run', async () => {
    const id = await bed.add('zones', { name: 'New', network_id: 2 });
    await sendUnanswered('zones', loseRequest);

    const plan = await bed.run({ kinds: ['zones'], dry_run: true }, limited());

    const [entry, ...others] = await items(plan);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      subject: id,
      state: 'blocked',
      request: null,
      error: { code: 'network_not_allowed' },
    });
  });

  it('is left alone by a run that is under way when that is changed', async () => {
    const [open, planned] = [
      await bed.add('zones', { name: 'Open', network_id: 2 }),
      await bed.add('zones', { name: 'Planned', network_id: 2 }),
    ];
    await bed.edit('zones', '12', { alias: 'mine' });
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    bed.remote.faults.push(loseRequest);
    await bed.step(run, 'zones', open);
    bed.remote.lists.length = 0;

    await bed.drive(run, 'zones', limited());
    await bed.finish(run);

    expect((await bed.store.runs.get(run._id))?.status).toBe('failed');
    expect([bed.remote.posts.length, bed.remote.changes, bed.remote.lists]).toEqual([1, [], []]);
    expect(await bed.store.intents.get(open)).toMatchObject({ state: 'ambiguous' });
    expect(await bed.store.intents.get(planned)).toMatchObject({ state: 'rejected' });
    for (const id of [open, planned]) expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'blocked' });
    const [edited] = (await bed.production('zones')).filter(({ _id }) => _id === '12');
    expect(edited).toMatchObject({ sync: { edited: ['alias'], errors: [{ category: 'validation' }] } });
  });
});

describe('an open create whose draft is gone', () => {
  const forget = async (network_id: number): Promise<string> => {
    const id = await bed.add('zones', { name: 'New', network_id });
    await sendUnanswered('zones', loseRequest);
    await bed.store.locals.remove('zones', id);
    return id;
  };
  const subjects = async (run: RunDocument): Promise<string[]> => {
    const found: string[] = [];
    for await (const { subject } of bed.store.tasks.each({ run_id: run._id, action: 'create' })) found.push(subject);
    return found;
  };

  it('is looked up by a run that was asked for it', async () => {
    const id = await forget(2);

    const run = await bed.run({ kinds: ['zones'], filters: { network_id: 2 } });

    expect([await subjects(run), bed.remote.lists]).toEqual([[id], ['/zones?network_id=2']]);
    expect(await bed.store.intents.open('zones')).toEqual([]);
  });

  it('is let be by a run of another network, and by one of other entities', async () => {
    const id = await forget(2);
    const other = await bed.add('zones', { name: 'Other', network_id: 1 });

    const runs = [
      await bed.run({ kinds: ['zones'], filters: { network_id: 1 } }),
      await bed.run({ kinds: ['zones'], only: { zones: ['11'] } }),
    ];

    expect(await Promise.all(runs.map(subjects))).toEqual([[other], []]);
    expect(bed.remote.lists).toEqual(['/zones?network_id=1']);
    expect((await bed.store.intents.open('zones')).map(({ _id }) => _id)).toEqual([id]);
  });

  it('is let be where the settings do not allow its network any more', async () => {
    await forget(2);

    await bed.run({ kinds: ['zones'] }, bed.within({ networks: [1] }));

    expect(bed.remote.lists).toEqual([]);
  });

  it('is settled by a run of one entity that is to have its name', async () => {
    const id = await forget(2);
    const twin = await bed.add('zones', { name: 'New', network_id: 2 });

    const run = await bed.run({ kinds: ['zones'], only: { zones: [twin] } });

    expect((await subjects(run)).sort()).toEqual([id, twin].sort());
    expect([run.status, await bed.local('zones', twin)]).toEqual(['succeeded', null]);
  });
});
