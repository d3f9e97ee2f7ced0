import { api, type EntityQuery } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { compareBy, findLocalFilter, productionFilter, sortingOf } from './entity-filter.ts';

function queryOf(given: Record<string, string>): EntityQuery {
  const route = api.listProduction.find(({ kind }) => kind === 'zones');
  if (route === undefined) throw new Error('zones have no list');
  return route.query.parse(given);
}

describe('productionFilter', () => {
  it('has typed values, and text as text', () => {
    expect(productionFilter(queryOf({ q: 'a.b(c)*', id: '7', name: '{"$ne":1}' }))).toEqual({
      $and: [
        { name: { $regex: 'a\\.b\\(c\\)\\*', $options: 'i' } },
        { id: { $in: [7] } },
        { name: { $in: ['{"$ne":1}'] } },
      ],
    });
  });
});

describe('findLocalFilter', () => {
  const overview = { localWithin: async () => ({ campaign_id: { $in: [5] } }) };

  it('is null where only production can fit', async () => {
    expect(await findLocalFilter(overview, kinds.zones, queryOf({ synced_with_api: 'true' }))).toBeNull();
    expect(await findLocalFilter(overview, kinds.zones, queryOf({ created_locally: 'false' }))).toBeNull();
  });

  it('does not ask what every local entity is', async () => {
    const query = queryOf({ created_locally: 'true', synced_with_api: 'false' });

    expect(await findLocalFilter(overview, kinds.zones, query)).toEqual({ $and: [{}] });
  });

  it('takes what an entity hangs on as the store says', async () => {
    expect(await findLocalFilter(overview, kinds.placements, queryOf({ network_id: '7' }))).toEqual({
      $and: [{}, { campaign_id: { $in: [5] } }],
    });
  });
});

describe('sortingOf', () => {
  it('is the identity where nothing was asked for', () => {
    expect(sortingOf(kinds.zones, queryOf({}))).toEqual({ id: 1 });
    expect(sortingOf(kinds.placements, queryOf({}))).toEqual({ campaign_id: 1, advertisement_id: 1, zone_id: 1 });
    expect(sortingOf(kinds.zones, queryOf({ sort: '-name,id' }))).toEqual({ name: -1, id: 1 });
  });
});

describe('compareBy', () => {
  it('orders values as MongoDB does: none, numbers, text, truth, times', () => {
    const values = [new Date(0), true, 'b', 'B', 10, 9, null];
    const sorted = values.map((value) => ({ value })).toSorted(compareBy({ value: 1 }));

    expect(sorted.map(({ value }) => value)).toEqual([null, 9, 10, 'B', 'b', true, new Date(0)]);
  });

  it('goes on to the next field where the first is the same', () => {
    const rows = [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 0, b: 3 },
    ];

    expect(rows.toSorted(compareBy({ a: 1, b: -1 })).map(({ b }) => b)).toEqual([3, 2, 1]);
  });
});
