import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

/** More than production is asked for at once. */
const many = 2300;

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.batchSize = 500;
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
});
afterEach(() => bed.close());

const addZone = (id: number, name = `Z${id}`, network_id = 1) => bed.remote.add('/zones', { network_id }, { id, name });

describe('a scope of many entities', () => {
  it('is compared in parts: only what differs is changed, and what is gone removed', async () => {
    for (let id = 1; id <= many; id += 1) addZone(id);
    addZone(9000, 'Elsewhere', 2);
    await bed.importKinds('zones');
    bed.remote.clear('/zones');
    for (let id = 301; id <= many + 100; id += 1) addZone(id, id % 100 === 0 ? 'Renamed' : `Z${id}`);
    addZone(9000, 'Elsewhere', 2);

    const run = await bed.importKinds('zones');

    expect(run.changes.zones).toEqual({ inserted: 100, updated: 20, removed: 300, unchanged: 1981, conflicts: 0 });
    const zones = new Map((await bed.production('zones')).map((zone) => [zone.id, zone]));
    expect(zones.size).toBe(many - 300 + 100 + 1);
    expect([zones.get(600)?.name, zones.get(601)?.name, zones.get(9000)?.name]).toEqual([
      'Renamed',
      'Z601',
      'Elsewhere',
    ]);
    expect((await bed.importKinds('zones')).changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
  });

  it('keeps all of its rows when its list breaks off late', async () => {
    for (let id = 1; id <= many; id += 1) addZone(id);
    await bed.importKinds('zones');
    const before = await bed.production('zones');
    bed.remote.clear('/zones');
    for (let id = 1; id <= many; id += 1) addZone(id, 'Renamed');
    bed.remote.onBatch = (asked, rows) => {
      if (asked === '/zones?network_id=1' && rows > 2000) throw remoteError('contract', { code: 'truncated' });
    };

    const run = await bed.importKinds('zones');

    expect(run).toMatchObject({ status: 'partial', changes: { zones: { updated: 0, removed: 0 } } });
    expect(await bed.production('zones')).toEqual(before);
  });

  it('counts what the second reading of a list found, not what the first did', async () => {
    for (let id = 1; id <= 3; id += 1) addZone(id);
    let readings = 0;
    bed.remote.onBatch = (asked, rows) => {
      if (asked !== '/zones?network_id=1' || rows < 3) return;
      readings += 1;
      if (readings > 1) return;
      bed.remote.remove('/zones', 1);
      throw remoteError('contract', { code: 'truncated' });
    };

    const run = await bed.importKinds('zones');

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 2 } } });
    expect((await bed.production('zones')).map(({ _id }) => _id)).toEqual(['2', '3']);
  });
});

describe('rows that give their advertiser by a name that several share', () => {
  it('are told apart by the narrow lists, however many they are', async () => {
    for (const id of [10, 11]) bed.remote.add('/advertisers', { network_id: 1 }, { id, name: 'Twin' });
    bed.remote.add('/advertisers', { network_id: 1 }, { id: 12, name: 'Alone' });
    for (let id = 1000; id < 2200; id += 1) {
      const advertiser_id = 10 + (id % 3);
      const advertiser = advertiser_id === 12 ? 'Alone' : 'Twin';
      bed.remote.add('/advertisements', { network_id: 1, advertiser_id }, { id, name: `Ad${id}`, advertiser });
    }

    await bed.importKinds('advertisements');

    const ads = await bed.production('advertisements');
    expect(ads.length).toBe(1200);
    expect(ads.filter((ad) => ad.advertiser_id !== 10 + (Number(ad.id) % 3))).toEqual([]);
  });
});
