import { type EntityFields, kinds, matcherOf, noFilters } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { productionZone } from '../testing/documents.ts';
import { ownList } from './lists.ts';
import { isReached, matcherOfList } from './reach.ts';

const row = (id: number, name: string) => ({ id, name, network_id: 1 });
const named = (name: string) => matcherOf(kinds.zones, { ...noFilters, name });

describe('isReached', () => {
  const reached = (matches: ReturnType<typeof named>, ...forms: (EntityFields | undefined)[]) =>
    isReached({ names: matches }, ...forms);

  it('is true of all where filters leave none out', () => {
    expect(reached(null, row(1, 'A'), undefined)).toBe(true);
    expect(reached(null, productionZone(2))).toBe(true);
  });

  it('is true of an entity that fits by its row or by what production holds', () => {
    const top = productionZone(1, {}, { name: 'top ' });
    const other = productionZone(1, {}, { name: 'Other' });

    expect(reached(named('Top'), row(1, 'Renamed'), top)).toBe(true);
    expect(reached(named('Top'), row(1, 'TOP'), other)).toBe(true);
    expect(reached(named('Top'), row(1, 'Top'), undefined)).toBe(true);
    expect(reached(named('Top'), top)).toBe(true);
    expect(reached(named('Top'), row(1, 'Other'), other)).toBe(false);
    expect(reached(named('Top'), other)).toBe(false);
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
