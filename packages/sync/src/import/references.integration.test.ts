import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 10, name: 'A' });
  addAd(20);
  addZone(30);
  bed.remote.add('/campaigns', { advertiser_id: 10 }, { id: 40, name: 'C' });
});
afterEach(() => bed.close());

const addAd = (id: number) => {
  bed.remote.add('/advertisements', { network_id: 1, advertiser_id: 10 }, { id, name: `Ad${id}`, advertiser: 'A' });
};
const addZone = (id: number) => bed.remote.add('/zones', { network_id: 1 }, { id, name: `Z${id}` });
const place = (zone_id: number, advertisement_id = 20) =>
  bed.remote.add('/placements', { campaign_id: 40 }, { advertisement_id, zone_id });
const importAll = () =>
  bed.importKinds('networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements');
const asked = (path: string) => bed.remote.lists.filter((list) => list.startsWith(path)).length;

async function marks(): Promise<Record<string, boolean>> {
  return Object.fromEntries((await bed.production('placements')).map(({ _id, sync }) => [_id, sync.dangling]));
}

/** Does something once, when the list of campaigns has been read: those of zones and ads have been, placements not yet. */
function beforePlacements(work: () => void): void {
  bed.remote.afterList = (list) => {
    if (!list.startsWith('/campaigns')) return;
    bed.remote.afterList = () => undefined;
    work();
  };
}

describe('a placement whose parents came after their list was read', () => {
  it('finds them by reading each of their lists once more', async () => {
    beforePlacements(() => {
      for (const id of [31, 32]) {
        addZone(id);
        place(id);
      }
      addAd(21);
      place(30, 21);
    });

    const run = await importAll();

    expect(run).toMatchObject({
      status: 'succeeded',
      changes: { zones: { inserted: 3 }, placements: { inserted: 3 } },
    });
    expect([asked('/zones'), asked('/advertisements'), asked('/placements')]).toEqual([2, 2, 1]);
    expect(await marks()).toEqual({ '40-20-31': false, '40-20-32': false, '40-21-30': false });
    expect((await bed.production('advertisements')).map(({ advertiser_id }) => advertiser_id)).toEqual([10, 10]);
    expect((await importAll()).changes.zones).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 });
    expect(asked('/zones')).toBe(3);
  });

  it('is marked when they are not there either; the mark goes when they come, whatever its own list says', async () => {
    place(31);
    place(30);

    const run = await importAll();

    expect(run.status).toBe('succeeded');
    expect(asked('/zones')).toBe(2);
    expect(await marks()).toEqual({ '40-20-31': true, '40-20-30': false });
    addZone(31);
    const next = await bed.importKinds('zones');
    expect(next.changes.placements).toBeUndefined();
    expect(await marks()).toEqual({ '40-20-31': false, '40-20-30': false });
  });

  it('is marked where the list cannot be read again', async () => {
    place(31);
    bed.remote.beforeList = (list) => {
      if (list.startsWith('/zones') && asked('/zones') > 1) throw remoteError('contract');
    };

    const run = await importAll();

    expect(run.status).toBe('succeeded');
    expect(await marks()).toEqual({ '40-20-31': true });
  });
});

describe('a parent that its list has lost', () => {
  beforeEach(async () => {
    addZone(31);
    place(30);
    place(31);
    await importAll();
    bed.remote.remove('/zones', 31);
    bed.remote.lists.length = 0;
  });

  it('and that placements still name is looked for once more, and stays where it is there', async () => {
    const before = await bed.production('zones');
    beforePlacements(() => addZone(31));

    const run = await importAll();

    expect(run.changes.zones).toMatchObject({ removed: 0, updated: 0 });
    expect(asked('/zones')).toBe(2);
    expect(await bed.production('zones')).toEqual(before);
    expect(await marks()).toEqual({ '40-20-30': false, '40-20-31': false });
  });

  it('and is not there marks the placements that still name it, also where these are not read', async () => {
    await bed.importKinds('zones');

    expect(await marks()).toEqual({ '40-20-30': false, '40-20-31': true });
    addZone(31);
    await bed.importKinds('zones');
    expect(await marks()).toEqual({ '40-20-30': false, '40-20-31': false });
  });

  it('is not asked for again where the placements went with it', async () => {
    bed.remote.clear('/placements');
    place(30);

    await importAll();

    expect(asked('/zones')).toBe(1);
    expect(await marks()).toEqual({ '40-20-30': false });
  });
});

it('a placement in a zone that only a held list shows is marked until that is confirmed', async () => {
  for (let id = 100; id < 120; id += 1) addZone(id);
  await importAll();
  for (let id = 100; id < 120; id += 1) bed.remote.remove('/zones', id);
  addZone(31);
  place(31);
  bed.remote.lists.length = 0;

  const run = await importAll();

  expect(run.status).toBe('held');
  expect(asked('/zones')).toBe(1);
  expect(await marks()).toEqual({ '40-20-31': true });
  await bed.store.holds.confirm(
    run,
    (await bed.store.holds.of(run._id)).map(({ _id }) => _id),
  );
  await finishRun(bed.context, run._id);
  expect(await marks()).toEqual({ '40-20-31': false });
});
