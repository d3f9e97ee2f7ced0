import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  for (const id of [10, 11]) bed.remote.add('/zones', { network_id: 1 }, { id, name: `Z${id}` });
  for (const id of [20, 21, 22]) bed.remote.add('/advertisers', { network_id: 1 }, { id, name: `A${id}` });
});
afterEach(() => bed.close());

const count = (zone_count: unknown, advertiser_count: unknown = 3) =>
  bed.remote.shownAlone.set('/networks/1', { zone_count, advertiser_count });
const lists = (path: string) => bed.remote.lists.filter((list) => list.startsWith(path)).length;

describe('lists that the API counts', () => {
  it('are compared with the count, which is asked for once for all lists of a network', async () => {
    count(2);

    const run = await bed.importKinds('zones', 'advertisers');

    expect(run.status).toBe('succeeded');
    expect(bed.remote.gets).toEqual(['/networks/1']);
    expect([lists('/zones'), lists('/advertisers')]).toEqual([1, 1]);
  });

  it('are read once more where they differ, and believed when they do not any more', async () => {
    count(3);
    bed.remote.afterList = (list) => {
      if (list === '/zones?network_id=1' && lists(list) === 1)
        bed.remote.add('/zones', { network_id: 1 }, { id: 12, name: 'Came in between' });
    };

    const run = await bed.importKinds('zones');

    expect(run.status).toBe('succeeded');
    expect([lists('/zones'), bed.remote.gets.length]).toEqual([2, 2]);
    expect(await bed.production('zones')).toHaveLength(3);
  });

  it('are believed where rows come all the while, as of an export beside: each reading lies between two counts', async () => {
    const make = (...ids: number[]) => {
      for (const id of ids) bed.remote.add('/zones', { network_id: 1 }, { id, name: `Made ${id}` });
    };
    bed.remote.beforeGet = () => {
      count(bed.remote.gets.length === 1 ? 4 : 6);
    };
    bed.remote.beforeList = (list) => {
      if (list === '/zones?network_id=1' && lists(list) === 2) make(14);
    };
    bed.remote.afterList = (list) => {
      if (list === '/zones?network_id=1') make(...(lists(list) === 1 ? [12, 13] : [15]));
    };

    const run = await bed.importKinds('zones');

    expect(run.status).toBe('succeeded');
    expect([lists('/zones'), bed.remote.gets.length]).toEqual([2, 2]);
    expect(await bed.production('zones')).toHaveLength(5);
  });

  it.each([
    [5, 'one that is too short'],
    [1, 'one that is too long'],
  ])('are held where they still differ: of %i rows, %s', async (counted) => {
    count(counted);

    const run = await bed.importKinds('zones');

    expect(run).toMatchObject({ status: 'held', changes: { zones: { inserted: 0 } } });
    expect(await bed.store.holds.of(run._id)).toMatchObject([
      { kind: 'zones', reasons: [{ code: 'count_differs', before: counted, lost: counted - 2 }], rows_now: 2 },
    ]);
    expect([lists('/zones'), bed.remote.gets.length]).toEqual([2, 2]);
    expect(await bed.production('zones')).toEqual([]);
  });

  it('are held once, not for ever: a difference that a person has confirmed is known', async () => {
    count(5);
    const run = await bed.importKinds('zones');
    const [hold] = await bed.store.holds.of(run._id);
    await bed.store.holds.confirm(run, [hold?._id ?? '']);
    await finishRun(bed.context, run._id);
    bed.remote.lists.length = 0;

    expect((await bed.importKinds('zones')).status).toBe('succeeded');
    expect(lists('/zones')).toBe(1);
    expect((await bed.importKinds('zones')).status).toBe('succeeded');
    count(6);
    expect((await bed.importKinds('zones')).status).toBe('held');
    expect(await bed.production('zones')).toHaveLength(2);
  });

  it.each([undefined, null, 'many', -1, 2.5])('are believed where the API gives no count, but %j', async (given) => {
    count(given);

    expect((await bed.importKinds('zones')).status).toBe('succeeded');
    expect(lists('/zones')).toBe(1);
  });

  it.each(['contract', 'dependency', 'validation'] as const)(
    'are believed where the count cannot be had because of the %s; it is not asked for again',
    async (category) => {
      bed.remote.beforeGet = () => {
        throw remoteError(category);
      };

      expect((await bed.importKinds('zones', 'advertisers')).status).toBe('succeeded');
      expect(bed.remote.gets).toHaveLength(1);
    },
  );

  it('wait for a count that cannot be had just now', async () => {
    count(2);
    bed.remote.beforeGet = () => {
      if (bed.remote.gets.length === 1) throw remoteError('network', { outcome: 'unknown' });
    };

    expect((await bed.importKinds('zones')).status).toBe('succeeded');
    expect(bed.remote.gets).toHaveLength(2);
  });
});

describe('the count of a network', () => {
  const values = { zone_count: 2 };

  it('is asked for by one task while the others wait, and known to all then', async () => {
    const { counters } = bed.store;

    const claims = await Promise.all(['a', 'b', 'c'].map((task) => counters.claim('run:1', task, 60_000)));
    await counters.tell('run:1', values);

    expect(claims.toSorted()).toEqual(['ask', 'wait', 'wait']);
    expect(await counters.claim('run:1', 'd', 60_000)).toEqual(values);
  });

  it('is asked for again by the task that had begun to, by one that has waited too long, or when it failed', async () => {
    const { counters } = bed.store;
    await counters.claim('run:2', 'a', 60_000);

    expect(await counters.claim('run:2', 'a', 60_000)).toBe('ask');
    expect(await counters.claim('run:2', 'b', 60_000)).toBe('wait');
    expect(await counters.claim('run:2', 'b', -1)).toBe('ask');
    await counters.tell('run:2', null);
    expect(await counters.claim('run:2', 'c', 60_000)).toBe('ask');
  });
});
