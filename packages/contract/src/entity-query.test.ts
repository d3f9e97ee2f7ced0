import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { localQuery, productionQuery } from './entity-query.ts';
import { nextCursor } from './pages.ts';

const zones = productionQuery(kinds.zones);

function faultsOf(query: Record<string, unknown>, schema = zones): string[] {
  const parsed = schema.safeParse(query);
  return (parsed.error?.issues ?? []).map((issue) => issue.path.join('.') || issue.code);
}

describe('productionQuery', () => {
  it('fills in what was not given', () => {
    expect(zones.parse({})).toEqual({
      q: null,
      sort: [],
      filters: new Map(),
      scope: 'production',
      limit: 50,
      skip: 0,
    });
  });

  it('reads text as the values that a field can have', () => {
    const query = zones.parse({ id: '12', name: '12', self_serve: 'true', network_id: '5', created_locally: 'false' });

    expect(Object.fromEntries(query.filters)).toEqual({
      id: [12],
      name: ['12'],
      self_serve: [true],
      network_id: [5, '5'],
      created_locally: [false],
    });
  });

  it('reads a sort with directions', () => {
    expect(zones.parse({ sort: 'name,-synced_at' }).sort).toEqual([
      { field: 'name', direction: 1 },
      { field: 'synced_at', direction: -1 },
    ]);
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '501' }, 'limit'],
    [{ limit: '1e2' }, 'limit'],
    [{ limit: ['1', '2'] }, 'limit'],
    [{ cursor: 'nonsense' }, 'cursor'],
    [{ cursor: '%%%' }, 'cursor'],
    [{ sort: 'logo' }, 'sort'],
    [{ sort: 'name,name,name,name' }, 'sort'],
    [{ scope: 'all' }, 'scope'],
    [{ id: 'twelve' }, 'id'],
    [{ id: { $ne: 1 } }, 'id'],
    [{ self_serve: '1' }, 'self_serve'],
    [{ 'id[$ne]': '1' }, 'unrecognized_keys'],
    [JSON.parse('{"__proto__":"x"}'), 'unrecognized_keys'],
  ])('refuses %j', (query, fault) => {
    expect(faultsOf(query)).toEqual([fault]);
  });

  it('has no name to search where the kind has none', () => {
    expect(faultsOf({ q: 'x' }, productionQuery(kinds.placements))).toEqual(['unrecognized_keys']);
  });
});

describe('localQuery', () => {
  it('takes a local parent as well as a remote one', () => {
    const parent = 'a'.repeat(24);

    expect(localQuery(kinds.zones).parse({ network_id: parent }).filters.get('network_id')).toEqual([parent]);
  });
});

describe('nextCursor', () => {
  it('leads through a list to its end', () => {
    const first = zones.parse({ limit: '2' });
    const cursor = nextCursor(first, 3);
    const second = zones.parse({ limit: '2', cursor });

    expect(second.skip).toBe(2);
    expect(nextCursor(second, 3)).toBeNull();
  });
});
