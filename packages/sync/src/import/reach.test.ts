import { kinds, matcherOf, noFilters } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { productionZone } from '../testing/documents.ts';
import { ownList } from './lists.ts';
import { keysOf, limitToReach, matcherOfList } from './reach.ts';

const row = (id: number, name: string) => ({ id, name, network_id: 1 });
const named = (name: string) => matcherOf(kinds.zones, { ...noFilters, name });

describe('limitToReach', () => {
  it('leaves all where filters leave none out', () => {
    const rows = [row(1, 'A')];
    const entities = [productionZone(2)];

    expect(limitToReach(kinds.zones, rows, { entities, named: null }, null)).toEqual({ rows, entities });
  });

  it('takes an entity that fits by its row or by what production holds, whole', () => {
    const matches = named('Top');
    const entities = [
      productionZone(1, {}, { name: 'Top' }),
      productionZone(2, {}, { name: 'Other' }),
      productionZone(3, {}, { name: 'top ' }),
      productionZone(4, {}, { name: 'Other' }),
    ];
    const rows = [row(1, 'Renamed'), row(2, 'TOP'), row(4, 'Other'), row(5, 'Top')];

    const reached = limitToReach(kinds.zones, rows, { entities, named: keysOf(entities, matches) }, matches);

    expect(reached.rows.map(({ id }) => id)).toEqual([1, 2, 5]);
    expect(reached.entities.map(({ _id }) => _id)).toEqual(['1', '2', '3']);
  });
});

describe('matcherOfList', () => {
  const run = (filters: Record<string, unknown>, asked = true) =>
    ({ mode: 'incremental', kinds: asked ? ['zones'] : [], filters }) satisfies Partial<RunDocument>;
  const matcher = (filters: Record<string, unknown>, asked = true) =>
    matcherOfList(run(filters, asked), kinds.zones, ownList(kinds.zones));

  it('is none where the list as a whole is what the filters name', () => {
    expect(matcher({ network_id: 1 })).toBeNull();
    expect(matcher({ network_id: 1, name: 'x' })).not.toBeNull();
    expect(matcher({ zone_id: 3 })?.(row(3, 'A'))).toBe(true);
  });

  it('is none for a kind that the run was not asked for', () => {
    expect(matcher({ name: 'x' }, false)).toBeNull();
  });
});
