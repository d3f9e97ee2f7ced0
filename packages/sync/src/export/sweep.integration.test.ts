import { type EntityFields, type KindName, kinds } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { loseRequest, type WriteFault } from '../testing/memory-remote.ts';
import { atOnce, sweepAndFinish } from '../testing/sweeping.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';
import { planSweeps } from './plan-sweeps.ts';

let bed: SyncBed;
let hasty: SyncContext;

beforeEach(async () => {
  bed = await openSyncBed();
  hasty = bed.within(atOnce);
  const { remote } = bed;
  remote.add('/networks', {}, { id: 1, name: 'Net' });
  remote.add('/advertisers', { network_id: 1 }, { id: 2, name: 'Adv' });
  remote.add('/zones', { network_id: 1 }, { id: 3, name: 'There' });
  remote.add('/advertisements', { advertiser_id: 2 }, { id: 4, name: 'Ad there', advertiser: 'Adv' });
  remote.add('/campaigns', { advertiser_id: 2 }, { id: 5, name: 'Camp there' });
  await bed.importKinds('placements');
  remote.lists.length = 0;
});
afterEach(() => bed.close());

interface Case {
  readonly kind: KindName;
  readonly fields: EntityFields;
  readonly parents: Record<string, number>;
  /** The row that comes late. */
  readonly late: EntityFields;
}

const zone: Case = {
  kind: 'zones',
  fields: { name: 'Top', alias: 'top', network_id: 1 },
  parents: { network_id: 1 },
  late: { id: 9000, name: 'Top', alias: 'top' },
};
const campaign: Case = {
  kind: 'campaigns',
  fields: { name: 'Camp', start_date: '2026-01-01 10:00:00', weight: 'high', advertiser_id: 2 },
  parents: { advertiser_id: 2 },
  late: { id: 9000, name: 'Camp', start_date: '2026-01-01', weight: 'high' },
};
const ad: Case = {
  kind: 'advertisements',
  fields: { name: 'Ad', type: 'static', destination: 'https://example.com/', advertiser_id: 2, network_id: 1 },
  parents: { advertiser_id: 2 },
  late: { id: 9000, name: 'Ad', advertiser: 'Adv', type: 'static' },
};
const placement: Case = {
  kind: 'placements',
  fields: { campaign_id: 5, advertisement_id: 4, zone_id: 3 },
  parents: { campaign_id: 5 },
  late: { advertisement_id: 4, zone_id: 3, restrictions: [] },
};

/** A create whose first request is lost, is looked for in vain and sent again; nothing has come late yet. */
async function sentTwice({ kind, fields }: Case): Promise<{ run: RunDocument; id: string; own: string }> {
  const id = await bed.add(kind, fields);
  const run = await bed.begin({ kinds: [kind] });
  bed.remote.faults.push(loseRequest);
  await bed.drive(run, kind, hasty);
  const own = (await bed.store.intents.get(id))?.remote_id ?? '';
  return { run, id, own };
}

async function lateAfter(which: Case): Promise<{ run: RunDocument; id: string; own: string }> {
  const sent = await sentTwice(which);
  comeLate(which);
  return sent;
}

function comeLate({ kind, parents, late }: Case): void {
  bed.remote.add(`/${kind}`, parents, late);
}

async function ended(run: RunDocument): Promise<RunDocument | null> {
  return bed.store.runs.get(run._id);
}

async function sweep(run: RunDocument, world = hasty): Promise<TaskDocument | undefined> {
  return (await sweepAndFinish(bed, run, world))[0];
}

const ids = (path: string) => bed.remote.rows(path).map(({ id }) => id);

/** What stands in the list of errors when a stray is left. */
const left = (why: string) => ({
  state: 'failed',
  error: { code: 'late_duplicate', category: 'conflict', message: expect.stringContaining(why) },
});

describe('what was carried out late, after it had been sent again', () => {
  it.each([
    ['zone', zone],
    ['campaign', campaign],
  ])('is removed where nothing refers to it: %s', async (_, which) => {
    const { run, own } = await lateAfter(which);

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: ['9000'], left: [] } });

    expect(ids(`/${which.kind}`)).not.toContain(9000);
    expect(ids(`/${which.kind}`)).toContain(Number(own));
    expect(await ended(run)).toMatchObject({ status: 'succeeded', changes: { [which.kind]: { inserted: 1 } } });
    expect(bed.remote.changes.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE /${which.kind}/9000`]);
    expect(await bed.store.strays.waiting()).toEqual([]);
  });

  it('is removed too where the row of one lost request was adopted while another was still to come', async () => {
    const id = await bed.add(zone.kind, zone.fields);
    const run = await bed.begin({ kinds: [zone.kind] });
    bed.remote.faults.push(loseRequest, loseRequest);
    let looks = 0;
    bed.remote.beforeList = () => {
      looks += 1;
      // The names, the look that finds nothing, and the one that finds the first request's row.
      if (looks === 3) comeLate(zone);
    };
    await bed.drive(run, zone.kind, hasty);
    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'promoted', remote_id: '9000' });
    bed.remote.add('/zones', zone.parents, { ...zone.late, id: 9001 });

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: ['9001'], left: [] } });
    expect(ids('/zones')).toEqual([3, 9000]);
  });

  it('is left, and the run partial, where the API cannot delete it', async () => {
    const { run, own } = await lateAfter(ad);

    expect(await sweep(run)).toMatchObject(left('the Broadstreet API cannot delete advertisements'));

    expect(ids('/advertisements')).toContain(9000);
    expect(await ended(run)).toMatchObject({ status: 'partial' });
    const { items } = await bed.store.logs.list({ run_id: run._id, entity_type: 'advertisements' }, 0, 10);
    expect(items).toMatchObject([{ success: false, errors: 1, entities_processed: 1 }]);
    const progress = (await bed.store.tasks.progress([run._id])).get(run._id);
    expect(progress?.get('advertisements')).toMatchObject({ total: 1, completed: 1, failed: 0 });
    const [task] = (await bed.store.tasks.list({ run_id: run._id, state: 'failed' }, 0, 10)).items;
    expect(task?.error?.message).toContain(`kept ${own}`);
    expect(task?.error?.remedy).toContain('delete there');
  });

  it('is left where its parents are its id: to delete one would delete both', async () => {
    const { run } = await lateAfter(placement);

    expect(await sweep(run)).toMatchObject(left('would delete both'));

    expect(bed.remote.rows('/placements')).toHaveLength(2);
    expect(bed.remote.changes).toEqual([]);
  });

  it('is left where something hangs on it in Broadstreet', async () => {
    const { run } = await lateAfter(campaign);
    bed.remote.add('/placements', { campaign_id: 9000 }, { advertisement_id: 4, zone_id: 3 });

    expect(await sweep(run)).toMatchObject(left('1 of the placements in Broadstreet hang on it'));

    expect(ids('/campaigns')).toContain(9000);
  });

  it('is left where it is linked to another draft while its removal is prepared', async () => {
    const { run } = await lateAfter(campaign);
    await bed.importKinds('campaigns');
    const other = await bed.add('campaigns', { name: 'Camp', start_date: '2026-01-01', advertiser_id: 2 });
    const linking = { kind: kinds.campaigns, localId: other, key: '9000', runId: null, keepLocal: false };
    bed.remote.beforeList = async (asked) => {
      if (asked.startsWith('/placements')) await bed.store.link(linking);
    };

    expect(await sweep(run)).toMatchObject(left('something was made of it here'));

    expect(ids('/campaigns')).toContain(9000);
    expect((await bed.production('campaigns')).map(({ _id }) => _id)).toContain('9000');
    expect((await bed.store.locals.mapped('campaigns', [other])).get(other)).toMatchObject({ remote_id: '9000' });
  });

  it('is left where something refers to it here', async () => {
    const { run } = await lateAfter(campaign);
    await bed.add('placements', { campaign_id: 9000, advertisement_id: 4, zone_id: 3 });

    expect(await sweep(run)).toMatchObject(left('1 of the placements here hang on it'));
  });

  it.each([
    [
      'a row of that name that is not as it was sent',
      { ...zone, late: { ...zone.late, alias: 'other' } },
      'not as it was',
    ],
    ['more rows of that name than were sent', zone, 'more rows of its name have come'],
  ])('is not taken for %s, which is somebody else’s', async (title, which, why) => {
    const { run } = await lateAfter(which);
    if (title.startsWith('more')) bed.remote.add('/zones', { network_id: 1 }, { ...zone.late, id: 9001 });

    expect(await sweep(run)).toMatchObject(left(why));

    expect(bed.remote.changes).toEqual([]);
  });

  it('is taken out of production too, where an import has read it meanwhile', async () => {
    const { run } = await lateAfter(zone);
    await bed.importKinds('zones');
    expect((await bed.production('zones')).map(({ _id }) => _id)).toContain('9000');

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: ['9000'] } });

    expect((await bed.production('zones')).map(({ _id }) => _id)).not.toContain('9000');
    const { items } = await bed.store.production.history({ kind: 'zones', key: '9000', operation: 'remove' }, 0, 1);
    expect(items).toMatchObject([{ run_id: run._id, after: null }]);
  });

  it('is not what production had before anything was sent: that is neither adopted nor removed', async () => {
    await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    comeLate(zone);
    await bed.importKinds('zones');
    bed.remote.faults.push(loseRequest);
    await bed.drive(run, 'zones', hasty);
    expect(bed.remote.posts).toHaveLength(2);

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: [], left: [] } });

    expect(ids('/zones')).toContain(9000);
  });

  it('is left where nothing may be written', async () => {
    const { run } = await lateAfter(zone);

    expect(await sweep(run, bed.within({ ...atOnce, readOnly: true }))).toMatchObject(left('only reads'));

    expect(bed.remote.changes).toEqual([]);
  });

  it('is looked for once for each parent, and not where every request was accounted for', async () => {
    const answered = await bed.add('zones', { name: 'Answered', network_id: 1 });
    const { run } = await sentTwice(zone);
    bed.remote.lists.length = 0;

    expect(await sweep(run)).toMatchObject({
      state: 'completed',
      subject: '1',
      counted: false,
      counts: { requests: 1 },
    });

    expect(bed.remote.lists).toEqual(['/zones?network_id=1']);
    expect((await bed.store.intents.get(answered))?.sweep_after ?? null).toBeNull();
    expect(await ended(run)).toMatchObject({ status: 'succeeded' });
  });

  it('is waited for as long as it may come', async () => {
    const { run } = await sentTwice(zone);
    await bed.store.strays.suspect((await bed.store.strays.waiting())[0]?._id ?? '', 'Top', 60_000);

    await planSweeps(hasty, (await ended(run)) ?? run);

    const [task] = await bed.store.tasks.openSweeps(run._id, 10);
    expect(task).toMatchObject({ state: 'waiting', title: 'look for late zones of network 1' });
    expect(task?.not_before?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    expect(await bed.store.tasks.due([run._id], 10)).toEqual([]);
  });
});

describe('a create that was given up', () => {
  it('and was carried out all the same is adopted by the sweep', async () => {
    const id = await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    bed.remote.faults.push(...Array.from({ length: 5 }, () => loseRequest));
    await bed.drive(run, 'zones', hasty);
    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'rejected', error: { code: 'gave_up' } });
    comeLate(zone);
    bed.remote.add('/zones', { network_id: 1 }, { ...zone.late, id: 9001 });

    expect(await sweep(run)).toMatchObject({
      state: 'completed',
      result: { adopted: ['9000'], removed: ['9001'] },
    });

    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'promoted', remote_id: '9000' });
    expect(await bed.local('zones', id)).toBeNull();
    expect(ids('/zones')).toEqual([3, 9000]);
  });

  it('is not adopted once its draft is another: what was made of the old one is removed', async () => {
    const id = await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    bed.remote.faults.push(...Array.from({ length: 5 }, () => loseRequest));
    await bed.drive(run, 'zones', hasty);
    await bed.store.locals.update('zones', id, { name: 'Better' });
    comeLate(zone);

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { adopted: [], removed: ['9000'] } });

    expect(await bed.local('zones', id)).toMatchObject({ name: 'Better' });
  });
});

describe('a sender that was overtaken and is answered after all', () => {
  /** Meanwhile another process takes its lease to be over, looks in vain, and sends again. */
  const overtaken =
    (run: RunDocument, id: string, kind: KindName, order: 'before' | 'after'): WriteFault =>
    async (carry) => {
      const early = order === 'before' ? carry() : null;
      const intent = await bed.store.intents.get(id);
      await bed.store.intents.ambiguous(id, intent?.fence ?? 0);
      await bed.drive(run, kind, { ...hasty, owner: 'another' });
      return order === 'before' ? early : carry();
    };

  it('notes what it made; the sweep removes it', async () => {
    const id = await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    bed.remote.faults.push(overtaken(run, id, 'zones', 'after'));
    await bed.step(run, 'zones', id, hasty);
    const intent = await bed.store.intents.get(id);
    const [stray] = intent?.strays ?? [];
    expect(intent?.state).toBe('promoted');
    expect(stray).toMatchObject({ is_certain: true, state: 'open', run_id: run._id });
    expect(stray?.key).not.toBe(intent?.remote_id);

    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: [stray?.key] } });

    expect(ids('/zones')).toEqual([3, Number(intent?.remote_id)]);
  });

  it('has left nothing where the other found and adopted what it made', async () => {
    const id = await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    bed.remote.faults.push(overtaken(run, id, 'zones', 'before'));

    await bed.step(run, 'zones', id, hasty);

    const intent = await bed.store.intents.get(id);
    expect(intent).toMatchObject({ state: 'promoted' });
    expect(intent?.strays ?? []).toEqual([]);
    expect(await sweep(run)).toBeUndefined();
    expect(bed.remote.posts).toHaveLength(1);
  });

  it('and is not answered makes the parent be looked at later still', async () => {
    const id = await bed.add('zones', zone.fields);
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    const answered = overtaken(run, id, 'zones', 'after');
    bed.remote.faults.push(async (carry, request) => {
      await answered(carry, request);
      return loseRequest(carry, request);
    });

    await bed.step(run, 'zones', id, hasty);

    expect((await bed.store.intents.get(id))?.written_off).toHaveLength(2);
    expect(await sweep(run)).toMatchObject({ state: 'completed', result: { removed: [expect.any(String)] } });
    expect(ids('/zones')).toHaveLength(2);
  });
});
