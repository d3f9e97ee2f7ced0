import type { KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
});
afterEach(() => bed.close());

const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const addZones = (from: number, count: number, network_id = 1) => {
  for (const id of ids(from, count)) bed.remote.add('/zones', { network_id }, { id, name: `Z${id}` });
};
const addAdvertiser = (id: number, network_id = 1) =>
  bed.remote.add('/advertisers', { network_id }, { id, name: `A${id}` });
const addCampaigns = (from: number, count: number, advertiser_id: number) => {
  for (const id of ids(from, count)) bed.remote.add('/campaigns', { advertiser_id }, { id, name: `C${id}` });
};
const removeRows = (path: string, from: number, count: number) => {
  for (const id of ids(from, count)) bed.remote.remove(path, id);
};
const keys = async (kind: KindName) => (await bed.production(kind)).map(({ _id }) => Number(_id)).sort((a, b) => a - b);
const asked = (path: string) => bed.remote.lists.filter((list) => list.startsWith(path));

async function heldOf(run: RunDocument): Promise<unknown[]> {
  const holds = await bed.store.holds.of(run._id);
  return holds.map(({ kind, scope, state, reasons }) => [kind, scope, state, reasons.map(({ code }) => code)]);
}

/** What a person does, and what the worker then does. */
async function confirm(run: RunDocument, scopes?: readonly string[]): Promise<RunDocument> {
  const holds = (await bed.store.holds.of(run._id)).filter(({ state }) => state === 'held');
  const wanted = holds.filter(({ kind, scope }) => scopes?.includes(`${kind}:${scope}`) ?? true);
  const confirmed = await bed.store.holds.confirm(
    run,
    wanted.map(({ _id }) => _id),
  );
  expect(confirmed.outcome).toBe('confirmed');
  await finishRun(bed.context, run._id);
  return latest(run);
}

async function latest(run: RunDocument): Promise<RunDocument> {
  return (await bed.store.runs.get(run._id)) ?? run;
}

describe('a list that has lost too many rows', () => {
  beforeEach(async () => {
    addZones(100, 20);
    addZones(200, 20, 2);
    await bed.importKinds('zones');
    removeRows('/zones', 100, 11);
    removeRows('/zones', 200, 1);
    bed.remote.add('/zones', { network_id: 1 }, { id: 150, name: 'New' });
    bed.remote.remove('/zones', 119);
    bed.remote.add('/zones', { network_id: 1 }, { id: 119, name: 'Renamed' });
  });

  it('is held as a whole; all else is published', async () => {
    const before = await bed.production('zones');

    const run = await bed.importKinds('zones');

    expect(run).toMatchObject({ status: 'held', held: 1, slot: null, changes: { zones: { inserted: 0, removed: 1 } } });
    expect(run.keep_until?.getTime()).toBeGreaterThan(Date.now());
    expect(await heldOf(run)).toEqual([['zones', '1', 'held', ['scope_shrinks']]]);
    expect((await bed.production('zones')).filter(({ network_id }) => network_id === 1)).toEqual(
      before.filter(({ network_id }) => network_id === 1),
    );
    expect(await keys('zones')).not.toContain(200);
    const { items } = await bed.store.logs.list({ run_id: run._id, entity_type: 'zones' }, 0, 1);
    expect(items).toMatchObject([{ success: false, errors: 0 }]);
    expect(await bed.store.changes.count(run._id)).toBe(13);
  });

  it('is published within the same run when a person confirms it', async () => {
    const run = await bed.importKinds('zones');

    const confirmed = await confirm(run);

    expect(confirmed).toMatchObject({ status: 'succeeded', held: 0, slot: null, keep_until: null });
    expect(confirmed.changes.zones).toMatchObject({ inserted: 1, updated: 1, removed: 12, unchanged: 27 });
    expect((await keys('zones')).filter((id) => id < 200)).toEqual([...ids(111, 9), 150]);
    expect(await bed.store.changes.count(run._id)).toBe(0);
    expect((await bed.store.production.history({ run_id: run._id }, 0, 100)).total).toBe(14);
    expect(await bed.store.production.scopes({ _id: 'zones:1' })).toMatchObject([{ rows: 10, run_id: run._id }]);
    const { items } = await bed.store.logs.list({ run_id: run._id, entity_type: 'zones' }, 0, 9);
    expect(items).toMatchObject([{ success: true }]);
    expect(await bed.importKinds('zones')).toMatchObject({ status: 'succeeded', changes: { zones: { removed: 0 } } });
  });

  it('keeps no other import waiting, and gives way to one that reads it again', async () => {
    const run = await bed.importKinds('zones');
    addZones(100, 11);

    const later = await bed.importKinds('zones');

    expect(later.status).toBe('succeeded');
    expect(await heldOf(run)).toEqual([['zones', '1', 'replaced', ['scope_shrinks']]]);
    expect(await latest(run)).toMatchObject({ status: 'partial', held: 0 });
    expect(await keys('zones')).toEqual(expect.arrayContaining(ids(100, 11)));
    expect(await bed.store.changes.count(run._id)).toBe(0);
  });

  it('is held anew by the later import where it is still short', async () => {
    const run = await bed.importKinds('zones');

    const later = await bed.importKinds('zones');

    expect(await heldOf(run)).toEqual([['zones', '1', 'replaced', ['scope_shrinks']]]);
    expect(await heldOf(later)).toEqual([['zones', '1', 'held', ['scope_shrinks']]]);
  });

  it('of a dry run is shown as it would be held; nothing is', async () => {
    const run = await bed.run({ operation: 'import', kinds: ['zones'], dry_run: true });

    expect(run).toMatchObject({ status: 'succeeded', published_at: null, held: 1 });
    expect(run.changes.zones).toMatchObject({ inserted: 0, removed: 1 });
    expect(await heldOf(run)).toEqual([['zones', '1', 'held', ['scope_shrinks']]]);
  });
});

describe('a list that is empty and was not', () => {
  it('is read once more, and believed when it is whole then', async () => {
    addZones(100, 3);
    await bed.importKinds('zones');
    removeRows('/zones', 100, 3);
    bed.remote.lists.length = 0;
    bed.remote.afterList = (list) => {
      if (list === '/zones?network_id=1' && asked(list).length === 1) addZones(100, 3);
    };

    const run = await bed.importKinds('zones');

    expect(run.status).toBe('succeeded');
    expect(asked('/zones?network_id=1')).toHaveLength(2);
    expect(await keys('zones')).toEqual([100, 101, 102]);
  });

  it('is held when it is still empty', async () => {
    addZones(100, 2);
    await bed.importKinds('zones');
    removeRows('/zones', 100, 2);

    const run = await bed.importKinds('zones');

    expect(await heldOf(run)).toEqual([['zones', '1', 'held', ['scope_empty']]]);
    expect(await keys('zones')).toEqual([100, 101]);
    expect((await confirm(run)).status).toBe('succeeded');
    expect(await keys('zones')).toEqual([]);
  });

  it('is believed where it had one row', async () => {
    addZones(100, 1);
    await bed.importKinds('zones');
    removeRows('/zones', 100, 1);
    bed.remote.lists.length = 0;

    expect((await bed.importKinds('zones')).status).toBe('succeeded');

    expect(asked('/zones?network_id=1')).toHaveLength(1);
    expect(await keys('zones')).toEqual([]);
  });
});

describe('the removal of a network', () => {
  it('is always held, with all that hangs on it, of which nothing is asked for', async () => {
    addZones(100, 2);
    addAdvertiser(10, 1);
    addCampaigns(20, 2, 10);
    addAdvertiser(11, 2);
    await bed.importKinds('zones', 'campaigns', 'placements');
    bed.remote.remove('/networks', 1);
    bed.remote.add('/networks', {}, { id: 3, name: 'Three' });
    addAdvertiser(12, 3);
    addCampaigns(30, 1, 12);
    bed.remote.lists.length = 0;

    const run = await bed.importKinds('networks', 'zones', 'advertisers', 'campaigns', 'placements');

    expect(run.status).toBe('held');
    expect(await bed.store.holds.of(run._id)).toMatchObject([
      { kind: 'advertisements', scope: '3', needs: ['networks:account'] },
      { kind: 'advertisers', scope: '3', needs: ['networks:account'], reasons: [{ code: 'held_with' }] },
      { kind: 'campaigns', scope: '12', needs: ['advertisers:3'] },
      {
        kind: 'networks',
        scope: 'account',
        losses: { networks: 1, advertisers: 1, zones: 2, campaigns: 2 },
        reasons: [{ code: 'removal_unconfirmed' }],
        rows_before: 2,
        rows_now: 2,
      },
      { kind: 'placements', scope: '30' },
      { kind: 'zones', scope: '3' },
    ]);
    expect(bed.remote.lists).not.toContain('/zones?network_id=1');
    expect(bed.remote.lists).not.toContain('/placements?campaign_id=20');
    expect([await keys('networks'), await keys('campaigns')]).toEqual([
      [1, 2],
      [20, 21],
    ]);

    await confirm(run);

    expect([await keys('networks'), await keys('zones')]).toEqual([[2, 3], []]);
    expect([await keys('advertisers'), await keys('campaigns')]).toEqual([[11, 12], [30]]);
    expect((await latest(run)).status).toBe('succeeded');
  });
});

describe('what hangs on rows that a list has lost', () => {
  beforeEach(async () => {
    for (const id of ids(10, 12)) {
      addAdvertiser(id);
      addCampaigns(id * 10, 3, id);
    }
    await bed.importKinds('campaigns');
    bed.remote.lists.length = 0;
  });

  it('counts as lost: one advertiser too many holds the list of advertisers', async () => {
    removeRows('/advertisers', 10, 4);

    const run = await bed.importKinds('advertisers', 'campaigns');

    expect(await bed.store.holds.of(run._id)).toMatchObject([
      {
        kind: 'advertisers',
        losses: { advertisers: 4, campaigns: 12 },
        reasons: [{ code: 'below_shrinks', kind: 'campaigns', before: 36, lost: 12 }],
      },
    ]);
    expect(asked('/campaigns')).toHaveLength(8);
    expect(await keys('campaigns')).toHaveLength(36);
    expect((await confirm(run)).changes).toMatchObject({ advertisers: { removed: 4 }, campaigns: { removed: 12 } });
    expect(await keys('campaigns')).toHaveLength(24);
  });

  it('is removed with them where it is not too much', async () => {
    removeRows('/advertisers', 10, 2);

    const run = await bed.importKinds('advertisers', 'campaigns');

    expect(run.status).toBe('succeeded');
    expect([await keys('advertisers'), await keys('campaigns')]).toEqual([ids(12, 10), expect.any(Array)]);
    expect(await keys('campaigns')).toHaveLength(30);
  });

  it('counts once, though its own list has lost it too', async () => {
    const addAd = (id: number, advertiser: number) => {
      const row = { id, name: `Ad${id}`, advertiser: `A${advertiser}` };
      bed.remote.add('/advertisements', { advertiser_id: advertiser }, row);
    };
    for (const id of ids(500, 8)) addAd(id, 10);
    for (const id of ids(600, 32)) addAd(id, 12);
    await bed.importKinds('advertisements');
    removeRows('/advertisers', 10, 1);
    removeRows('/advertisements', 500, 8);

    const run = await bed.importKinds('advertisers', 'advertisements', 'campaigns');

    expect(run).toMatchObject({ status: 'succeeded', changes: { advertisements: { removed: 8 } } });
  });

  it('stays where something was made on it since a person looked', async () => {
    removeRows('/advertisers', 10, 4);
    const run = await bed.importKinds('advertisers', 'campaigns');
    await bed.add('campaigns', { name: 'Made here', advertiser_id: 10, start_date: '2026-01-01' });
    await bed.run({ kinds: ['campaigns'] });

    await confirm(run);

    expect((await bed.production('campaigns')).filter(({ advertiser_id }) => advertiser_id === 10)).toMatchObject([
      { name: 'Made here', created_locally: true },
    ]);
  });
});

describe('a kind that loses a few rows in each of many lists', () => {
  it('is held in those that lose, and published in the others', async () => {
    for (const id of ids(10, 5)) {
      addAdvertiser(id);
      addCampaigns(id * 10, 8, id);
    }
    await bed.importKinds('campaigns');
    for (const id of ids(10, 4)) removeRows('/campaigns', id * 10, 3);
    addCampaigns(900, 1, 14);

    const run = await bed.importKinds('campaigns');

    expect(await heldOf(run)).toEqual(ids(10, 4).map((id) => ['campaigns', String(id), 'held', ['kind_shrinks']]));
    expect(await keys('campaigns')).toHaveLength(41);
    const first = await confirm(run, ['campaigns:10', 'campaigns:11']);
    expect(first).toMatchObject({ status: 'held', held: 2 });
    expect(await keys('campaigns')).toHaveLength(35);
    expect(await confirm(run)).toMatchObject({
      status: 'succeeded',
      changes: { campaigns: { removed: 12, inserted: 1 } },
    });
    expect((await bed.store.production.history({ run_id: run._id }, 0, 100)).total).toBe(13);
  });
});
