import { describe, expect, it } from 'vitest';
import { type EntityFields, entityKey } from './entity.ts';
import {
  type ImportFilters,
  importFilterNames,
  importFiltersFor,
  matcherOf,
  noFilters,
  readImportFilters,
  storedImportFilters,
} from './import-filters.ts';
import { kindNames } from './kind.ts';
import { kinds } from './registry.ts';

describe('importFilterNames', () => {
  it.each([
    ['networks', ['network_id', 'ids', 'name']],
    ['advertisers', ['network_id', 'advertiser_id', 'ids', 'name']],
    ['zones', ['network_id', 'zone_id', 'ids', 'name']],
    ['advertisements', ['network_id', 'advertiser_id', 'advertisement_id', 'ids', 'name']],
    ['campaigns', ['network_id', 'advertiser_id', 'zone_id', 'campaign_id', 'ids', 'name']],
    ['placements', ['network_id', 'advertiser_id', 'campaign_id', 'advertisement_id', 'zone_id', 'ids']],
  ] as const)('of %s are what their entities carry, and what they can be listed by', (name, filters) => {
    expect(importFilterNames(kinds[name])).toEqual(filters);
  });
});

describe('stored filters', () => {
  it('are the same whatever the order in which they were given', () => {
    const given = storedImportFilters({ name: 'Top', ids: [30, '4', 30], zone_id: undefined, network_id: 1 });

    expect(JSON.stringify(given)).toBe('{"network_id":1,"ids":["30","4"],"name":"Top"}');
    expect(JSON.stringify(storedImportFilters({ network_id: 1, ids: ['4', 30], name: 'Top' }))).toBe(
      JSON.stringify(given),
    );
    expect(readImportFilters(given)).toEqual({ parents: { network_id: 1 }, ids: ['30', '4'], name: 'Top' });
    expect(readImportFilters(storedImportFilters({}))).toEqual(noFilters);
  });
});

describe('importFiltersFor', () => {
  const all: ImportFilters = { parents: { network_id: 1, advertiser_id: 7 }, ids: null, name: 'x' };

  it('are those that concern a kind; its own id is one of its ids', () => {
    expect(importFiltersFor(kinds.networks, all)).toEqual({ parents: {}, ids: ['1'], name: 'x' });
    expect(importFiltersFor(kinds.advertisers, all)).toEqual({ parents: { network_id: 1 }, ids: ['7'], name: 'x' });
    expect(importFiltersFor(kinds.zones, all)).toEqual({ parents: { network_id: 1 }, ids: null, name: 'x' });
    expect(importFiltersFor(kinds.placements, all)).toEqual({ ...all, name: null });
  });

  it('narrow each other', () => {
    const ids = (own: number) =>
      importFiltersFor(kinds.zones, { parents: { zone_id: own }, ids: ['3', '4'], name: null }).ids;

    expect([ids(3), ids(5)]).toEqual([['3'], []]);
  });
});

describe('matcherOf', () => {
  const row: EntityFields = { id: 3, name: ' Café\n', network_id: 1, advertiser_id: 7 };
  const matches = (filters: Partial<ImportFilters>) =>
    matcherOf(kinds.campaigns, { ...noFilters, ...filters })?.(row) ?? 'all';

  it('is none where nothing is left out', () => {
    expect(matches({})).toBe('all');
  });

  it('compares ids, keys and whole names, trimmed and without case', () => {
    expect([matches({ parents: { network_id: 1 } }), matches({ parents: { network_id: 2 } })]).toEqual([true, false]);
    expect([matches({ ids: ['3', '9'] }), matches({ ids: ['9'] }), matches({ ids: [] })]).toEqual([true, false, false]);
    expect([matches({ name: 'CAFÉ' }), matches({ name: 'cafe' }), matches({ name: 'Caf' })]).toEqual([
      true,
      false,
      false,
    ]);
    expect(matches({ parents: { network_id: 1 }, ids: ['3'], name: 'other' })).toBe(false);
  });

  it('knows an entity without an id by those of its parents', () => {
    const placement = { campaign_id: 1, advertisement_id: 2, zone_id: 3 };
    const key = entityKey(kinds.placements, placement);

    expect(matcherOf(kinds.placements, { ...noFilters, ids: [key] })?.(placement)).toBe(true);
    expect(matcherOf(kinds.placements, { ...noFilters, ids: ['1-2-4'] })?.(placement)).toBe(false);
  });
});

it('every filter that makes sense for a kind can be told of its rows, or has a list of its own', () => {
  for (const name of kindNames) {
    const kind = kinds[name];
    const views = (kind.list.views ?? []).flatMap(({ query }) => Object.keys(query));
    for (const filter of importFilterNames(kind).filter((field) => field.endsWith('_id') && !views.includes(field))) {
      const { parents, ids } = importFiltersFor(kind, { ...noFilters, parents: { [filter]: 5 } });
      expect([parents, ids], filter).not.toEqual([{}, null]);
    }
  }
});
