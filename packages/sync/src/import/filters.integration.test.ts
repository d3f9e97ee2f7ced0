import type { KindName } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
  for (const id of [10, 11]) bed.remote.add('/advertisers', { network_id: 1 }, { id, name: `A${id}` });
  bed.remote.add('/advertisers', { network_id: 2 }, { id: 20, name: 'A20' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 30, name: 'Top' });
  bed.remote.add('/zones', { network_id: 2 }, { id: 31, name: 'Side' });
  for (const [id, advertiser_id] of [
    [40, 10],
    [41, 11],
    [42, 20],
  ] as const) {
    bed.remote.add('/campaigns', { advertiser_id }, { id, name: `C${id}`, advertiser_id });
  }
});
afterEach(() => bed.close());

/** An import with filters, and the lists that it asked for. */
async function importWith(filters: Record<string, unknown>, ...kinds: KindName[]) {
  bed.remote.lists.length = 0;
  const run = await bed.run({ operation: 'import', mode: 'incremental', kinds, filters });
  return { run, lists: [...bed.remote.lists] };
}

const names = async (kind: KindName) => (await bed.production(kind)).map(({ name }) => name);
const keys = async (kind: KindName) => (await bed.production(kind)).map(({ _id }) => _id);
const verified = async (kind: KindName) => [...(await bed.store.production.verifiedScopes(kind))].toSorted();

/** Everything remote has another name, and the last row of each path is gone. */
function changeAll(): void {
  for (const path of ['/networks', '/advertisers', '/zones', '/campaigns']) {
    for (const row of bed.remote.rows(path)) row.name = `${String(row.name)} new`;
  }
}

describe('an import of what hangs on one entity', () => {
  beforeEach(() => bed.importKinds('networks', 'advertisers', 'zones', 'campaigns'));

  it('reads the lists that can hold it, and touches nothing else', async () => {
    changeAll();

    const { run, lists } = await importWith({ network_id: 1 }, 'advertisers');

    expect(run.status).toBe('succeeded');
    expect(lists).toEqual(['/advertisers?network_id=1']);
    expect(await names('advertisers')).toEqual(['A10 new', 'A11 new', 'A20']);
    expect(await names('networks')).toEqual(['One', 'Two']);
  });

  it('reads below it the lists of all that hang on it', async () => {
    const { lists } = await importWith({ network_id: 1 }, 'campaigns');

    expect(lists).toEqual(['/campaigns?advertiser_id=10', '/campaigns?advertiser_id=11']);
    expect((await importWith({ advertiser_id: 11 }, 'campaigns')).lists).toEqual(['/campaigns?advertiser_id=11']);
    expect((await importWith({ advertiser_id: 11, network_id: 2 }, 'campaigns')).lists).toEqual([]);
  });

  it('of several kinds keeps each to it', async () => {
    changeAll();

    const { lists } = await importWith({ network_id: 2 }, 'networks', 'advertisers', 'zones', 'campaigns');

    expect(lists).toEqual([
      '/networks?',
      '/advertisers?network_id=2',
      '/zones?network_id=2',
      '/campaigns?advertiser_id=20',
    ]);
    expect(await names('networks')).toEqual(['One', 'Two new']);
    expect(await names('campaigns')).toEqual(['C40', 'C41', 'C42 new']);
  });

  it('counts a list as verified only if all of it was compared', async () => {
    await importWith({ network_id: 1 }, 'zones');
    const [before] = await bed.store.production.scopes({ _id: 'networks:account' });
    await importWith({ network_id: 1 }, 'networks');
    const [zones] = await bed.store.production.scopes({ _id: 'zones:1' });

    expect(await bed.store.production.scopes({ _id: 'networks:account' })).toEqual([before]);
    expect(zones?.verified_at?.getTime()).toBeGreaterThan(before?.verified_at?.getTime() ?? Number.NaN);
  });

  it('removes what is gone of it, with what hung on that, and nothing else that is gone', async () => {
    bed.remote.remove('/advertisers', 10);
    bed.remote.remove('/advertisers', 20);
    bed.remote.remove('/campaigns', 42);

    const { run } = await importWith({ network_id: 1 }, 'advertisers');

    expect(run.changes).toMatchObject({ advertisers: { removed: 1 }, campaigns: { removed: 1 } });
    expect(await keys('advertisers')).toEqual(['11', '20']);
    expect(await keys('campaigns')).toEqual(['41', '42']);
  });

  it('leaves alone what hangs on nothing, which an import of all removes', async () => {
    bed.remote.add('/campaigns', { zone_id: 30 }, { id: 47, name: 'C47', advertiser_id: 99 });
    await importWith({ zone_id: 30 }, 'campaigns');
    expect((await bed.production('campaigns')).at(-1)).toMatchObject({ _id: '47', sync: { dangling: true } });

    await importWith({ network_id: 1 }, 'campaigns');
    expect(await keys('campaigns')).toEqual(['40', '41', '42', '47']);

    await bed.importKinds('campaigns');
    expect(await keys('campaigns')).toEqual(['40', '41', '42']);
  });

  it('ends as failed where no such entity is, neither here nor there', async () => {
    const { run, lists } = await importWith({ advertiser_id: 99 }, 'campaigns');

    expect(lists).toEqual(['/advertisers?network_id=1', '/advertisers?network_id=2']);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'unknown_parent', category: 'dependency' } });
    expect(run.error?.message).toContain('advertiser 99');
  });

  it('finds one that is new in the account', async () => {
    bed.remote.add('/advertisers', { network_id: 2 }, { id: 21, name: 'A21' });
    bed.remote.add('/campaigns', { advertiser_id: 21 }, { id: 43, name: 'C43' });

    const { run, lists } = await importWith({ advertiser_id: 21, network_id: 2 }, 'campaigns');

    expect(run.status).toBe('succeeded');
    expect(lists).toEqual(['/advertisers?network_id=2', '/campaigns?advertiser_id=21']);
    expect(await keys('campaigns')).toEqual(['40', '41', '42', '43']);
  });
});

describe('an import into an empty store', () => {
  it('of what hangs on one entity reads first the lists of what that hangs on', async () => {
    const { lists } = await importWith({ network_id: 1 }, 'campaigns');

    expect(lists).toEqual([
      '/networks?',
      '/advertisers?network_id=1',
      '/campaigns?advertiser_id=10',
      '/campaigns?advertiser_id=11',
    ]);
    expect([await verified('networks'), await verified('advertisers')]).toEqual([['account'], ['1']]);
  });

  it('of one advertiser, in all kinds, takes its ads from a list of its own', async () => {
    for (const advertiser_id of [10, 11]) {
      const ad = { id: 50 + advertiser_id, name: 'Ad', advertiser: `A${advertiser_id}` };
      bed.remote.add('/advertisements', { network_id: 1, advertiser_id }, ad);
    }

    const { run, lists } = await importWith({ advertiser_id: 11 }, 'advertisers', 'advertisements', 'campaigns');

    expect(run.status).toBe('succeeded');
    expect(lists).toEqual([
      '/networks?',
      '/advertisers?network_id=1',
      '/advertisers?network_id=2',
      '/advertisements?network_id=1&advertiser_id=11',
      '/campaigns?advertiser_id=11',
    ]);
    expect(await keys('advertisers')).toEqual(['11']);
    expect(await bed.production('advertisements')).toMatchObject([{ _id: '61', advertiser_id: 11, network_id: 1 }]);
    expect(await verified('advertisements')).toEqual([]);
  });
});

describe('an import of named entities', () => {
  beforeEach(() => bed.importKinds('networks', 'advertisers', 'zones', 'campaigns'));

  it('by their ids reads the lists in which production has them', async () => {
    changeAll();

    const { run, lists } = await importWith({ ids: ['40', '42'] }, 'campaigns');

    expect(lists).toEqual(['/campaigns?advertiser_id=10', '/campaigns?advertiser_id=20']);
    expect(await names('campaigns')).toEqual(['C40 new', 'C41', 'C42 new']);
    expect(run.changes.campaigns).toMatchObject({ updated: 2, unchanged: 0 });
  });

  it('reads all lists, within the other filters, for one that production does not know', async () => {
    bed.remote.add('/campaigns', { advertiser_id: 11 }, { id: 43, name: 'C43' });

    const { lists } = await importWith({ ids: ['40', '43'], network_id: 1 }, 'campaigns');

    expect(lists).toEqual(['/campaigns?advertiser_id=10', '/campaigns?advertiser_id=11']);
    expect(await keys('campaigns')).toEqual(['40', '41', '42', '43']);
  });

  it('by an id of their own kind is the same', async () => {
    expect((await importWith({ campaign_id: 42 }, 'campaigns')).lists).toEqual(['/campaigns?advertiser_id=20']);
  });

  it('by name compares it whole, trimmed and without case', async () => {
    bed.remote.add('/campaigns', { advertiser_id: 20 }, { id: 43, name: '  c42\n' });
    bed.remote.add('/campaigns', { advertiser_id: 20 }, { id: 44, name: 'C42 and more' });

    const { lists } = await importWith({ name: ' C42' }, 'campaigns');

    expect(lists).toEqual(['/campaigns?advertiser_id=20']);
    expect(await keys('campaigns')).toEqual(['40', '41', '42', '43']);
  });

  it('follows one that was renamed there, and removes one that is gone', async () => {
    bed.remote.remove('/campaigns', 40);
    changeAll();

    await importWith({ name: 'C41' }, 'campaigns');
    expect(await names('campaigns')).toEqual(['C40', 'C41 new', 'C42']);
    await importWith({ name: 'C40' }, 'campaigns');

    expect(await names('campaigns')).toEqual(['C41 new', 'C42']);
  });

  it('by the ids of its parents reads the list that these tell, whatever production knows', async () => {
    const placement = (zone_id: number) =>
      bed.remote.add('/placements', { campaign_id: 42, zone_id }, { advertisement_id: 5, zone_id });
    placement(30);
    placement(31);
    bed.remote.add('/advertisements', { advertiser_id: 20 }, { id: 5, name: 'Ad', advertiser: 'A20' });
    await bed.importKinds('advertisements');

    const { lists } = await importWith({ ids: ['42-5-31'] }, 'placements');

    expect(lists).toEqual(['/placements?campaign_id=42']);
    expect(await keys('placements')).toEqual(['42-5-31']);
  });
});

describe('an import of what is in a zone', () => {
  const inZone = (id: number, advertiser_id: number, name = `C${id}`) =>
    bed.remote.add('/campaigns', { advertiser_id, zone_id: 30 }, { id, name, advertiser_id });

  it('reads the list of campaigns that have to do with it, and removes none for its sake', async () => {
    await bed.importKinds('networks', 'advertisers', 'zones', 'campaigns');
    inZone(45, 10);
    inZone(46, 20);

    const { run, lists } = await importWith({ zone_id: 30 }, 'campaigns');

    expect(lists).toEqual(['/campaigns?zone_id=30']);
    expect(run.changes.campaigns).toMatchObject({ inserted: 2, updated: 0, removed: 0 });
    expect(await bed.production('campaigns')).toMatchObject([
      { _id: '40' },
      { _id: '41' },
      { _id: '42' },
      { _id: '45', advertiser_id: 10, network_id: 1, sync: { dangling: false } },
      { _id: '46', advertiser_id: 20, network_id: 2, sync: { dangling: false } },
    ]);
    const full = await bed.importKinds('campaigns');
    expect(full.changes.campaigns).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 5 });
  });

  it('takes of that list what other filters name', async () => {
    await bed.importKinds('networks', 'advertisers', 'zones');
    inZone(45, 10);
    inZone(46, 20);

    await importWith({ zone_id: 30, network_id: 2 }, 'campaigns');

    expect(await keys('campaigns')).toEqual(['46']);
  });

  it('changes and leaves the placements of that zone only', async () => {
    const place = (campaign_id: number, zone_id: number) =>
      bed.remote.add('/placements', { campaign_id }, { advertisement_id: 5, zone_id, restrictions: [] });
    place(40, 30);
    place(41, 31);
    bed.remote.add('/advertisements', { advertiser_id: 10 }, { id: 5, name: 'Ad', advertiser: 'A10' });
    await bed.importKinds('advertisements', 'zones', 'placements');
    bed.remote.clear('/placements');
    place(42, 30);
    place(42, 31);

    const { lists } = await importWith({ zone_id: 30 }, 'placements');

    expect(lists).toEqual([40, 41, 42].map((id) => `/placements?campaign_id=${id}`));
    expect(await keys('placements')).toEqual(['41-5-31', '42-5-30']);
    expect((await importWith({ zone_id: 31, campaign_id: 42 }, 'placements')).lists).toEqual([
      '/placements?campaign_id=42',
    ]);
    expect(await keys('placements')).toEqual(['41-5-31', '42-5-30', '42-5-31']);
  });
});

describe('a retry of an import with filters', () => {
  it('reads what failed, with the same filters', async () => {
    await bed.importKinds('networks', 'advertisers', 'zones', 'campaigns');
    changeAll();
    const filters = { network_id: 1, ids: ['40', '41'] };

    bed.remote.lists.length = 0;
    const only = { campaigns: ['11'] };
    await bed.run({ operation: 'import', mode: 'incremental', kinds: ['campaigns'], filters, only });

    expect(bed.remote.lists).toEqual(['/campaigns?advertiser_id=11']);
    expect(await names('campaigns')).toEqual(['C40', 'C41 new', 'C42']);
  });
});
