import { kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Duplicate, findDuplicates } from './duplicates.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

async function insert(kind: 'zones' | 'advertisements', rows: readonly Record<string, unknown>[]): Promise<void> {
  await bed.db.collection<{ _id: string }>(kind).insertMany(rows.map((row) => ({ ...row, _id: String(row.id) })));
}

async function find(kind: 'zones' | 'advertisements' | 'placements'): Promise<Duplicate[]> {
  return bed.store.snapshot(async (snapshot) => {
    const found: Duplicate[] = [];
    for await (const duplicate of findDuplicates(snapshot, kinds[kind])) found.push(duplicate);
    return found;
  });
}

it('entities that share a name are found, as names are compared, and under one parent only', async () => {
  await insert('zones', [
    { id: 4, network_id: 1, name: 'Top' },
    { id: 2, network_id: 1, name: ' TOP ' },
    { id: 3, network_id: 1, name: 'Top 1' },
    { id: 5, network_id: 2, name: 'Top' },
    { id: 6, network_id: 2, name: 'Ä' },
    { id: 7, network_id: 2, name: 'a\u0308' },
    { id: 8, network_id: 2, name: 'A' },
    { id: 9, network_id: 1, name: 'a' },
    { id: 10, network_id: 1, name: 'A' },
  ]);

  expect(await find('zones')).toEqual([
    { parentId: 1, name: 'a', count: 2, entities: [named(9, 'a'), named(10, 'A')] },
    { parentId: 1, name: 'top', count: 2, entities: [named(2, ' TOP '), named(4, 'Top')] },
    { parentId: 2, name: 'ä', count: 2, entities: [named(6, 'Ä'), named(7, 'a\u0308')] },
  ]);
});

it('those whose parent is not known are a group of their own', async () => {
  await insert('advertisements', [
    { id: 1, advertiser_id: null, name: 'Ad' },
    { id: 2, advertiser_id: 1, name: 'ad' },
    { id: 3, advertiser_id: null, name: 'AD' },
  ]);

  expect(await find('advertisements')).toMatchObject([{ parentId: null, name: 'ad', count: 2 }]);
});

it('of very many the first are named, and all are counted', async () => {
  await bed.db.collection('zones').deleteMany({});
  const many = Array.from({ length: 2500 }, (_, at) => ({
    id: at + 1,
    network_id: 1,
    name: at % 2 ? 'Even' : ' even',
  }));
  await insert('zones', many);

  const [duplicate, ...others] = await find('zones');

  expect([duplicate?.count, duplicate?.entities.length, duplicate?.entities.at(-1)?.id]).toEqual([2500, 1000, 1000]);
  expect(others).toEqual([]);
});

it('kinds without names have none', async () => {
  expect(await find('placements')).toEqual([]);
});

function named(id: number, name: string) {
  return { id, name };
}
