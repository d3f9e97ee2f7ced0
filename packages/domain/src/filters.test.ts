import { describe, expect, it } from 'vitest';
import { filterFields, filterProblems, fitsFilters, isUnfiltered, readFilters } from './filters.ts';
import { kindNames } from './kind.ts';
import { kinds } from './registry.ts';

const id = 'a'.repeat(24);

describe('filters of an export', () => {
  it('are by what a kind hangs on, directly or through its lineage', () => {
    expect(filterFields(kinds.networks)).toEqual([]);
    expect(filterFields(kinds.zones)).toEqual(['network_id']);
    expect(filterFields(kinds.advertisements).toSorted()).toEqual(['advertiser_id', 'network_id']);
    expect(filterFields(kinds.placements).toSorted()).toEqual([
      'advertisement_id',
      'advertiser_id',
      'campaign_id',
      'network_id',
      'zone_id',
    ]);
  });

  it('make sense where one of the kinds can fit them', () => {
    expect(filterProblems(kindNames, { campaign_id: 1, zone_id: id, name: 'x' })).toEqual([]);
    expect(filterProblems(['zones'], { campaign_id: 1 })).toMatchObject([{ path: 'campaign_id' }]);
    expect(filterProblems(['placements'], { name: 'x' })).toMatchObject([{ path: 'name' }]);
    expect(filterProblems(kindNames, { ids: [1] })).toMatchObject([{ path: 'ids' }]);
  });

  it('that leave nothing out are none', () => {
    expect(isUnfiltered(readFilters({}))).toBe(true);
    expect(isUnfiltered(readFilters({ name: 'x' }))).toBe(false);
    expect(isUnfiltered(readFilters({ network_id: 5 }))).toBe(false);
  });

  it('take the whole name, and the entity that is the ancestor itself', () => {
    const fits = (name: unknown, ancestors: Record<string, number>, filters: Record<string, unknown>) =>
      fitsFilters(kinds.advertisers, { id, name }, ancestors, readFilters(filters));

    expect(fits(' ACME', {}, { name: 'acme ' })).toBe(true);
    expect(fits('Acme 2', {}, { name: 'acme' })).toBe(false);
    expect(fits(undefined, {}, { name: 'acme' })).toBe(false);
    expect(fits('A', { network_id: 5 }, { network_id: 5 })).toBe(true);
    expect(fits('A', { network_id: 5 }, { network_id: 6 })).toBe(false);
    expect(fits('A', {}, { advertiser_id: id })).toBe(true);
    expect(fits('A', { network_id: 5 }, { network_id: 5, campaign_id: 1 })).toBe(false);
  });
});
