import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind, KindName } from './kind.ts';
import { levelsOf, needsOf } from './levels.ts';
import { kinds, levels } from './registry.ts';

const all = Object.values(kinds);

function names(found: readonly (readonly EntityKind[])[]): KindName[][] {
  return found.map((level) => level.map(({ name }) => name));
}

describe('levels', () => {
  it('are five: what an entity needs is always a level below', () => {
    expect(names(levels)).toEqual([
      ['networks'],
      ['advertisers', 'zones'],
      ['advertisements'],
      ['campaigns'],
      ['placements'],
    ]);
  });
});

describe('levelsOf', () => {
  it('gives the same levels in whatever order the kinds come', () => {
    const wanted = names(levels).map((level) => level.toSorted());

    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(names(levelsOf(shuffled)).map((level) => level.toSorted())).toEqual(wanted);
      }),
    );
  });

  it('puts a kind above one that it only waits for', () => {
    const { campaigns, ...others } = kinds;
    const { after: _, ...impatient } = campaigns;

    expect(names(levelsOf([...Object.values(others), impatient]))[2]).toEqual(['advertisements', 'campaigns']);
    expect(needsOf(campaigns)).toEqual(['advertisers', 'advertisements']);
  });

  it.each<[string, EntityKind[], RegExp]>([
    ['of two kinds', [{ ...kinds.networks, parents: ['zones'] }, kinds.zones], /wait for each other.*networks, zones/],
    ['of a kind with itself', [{ ...kinds.networks, after: ['networks'] }], /wait for each other.*networks/],
    ['behind other kinds', [kinds.networks, { ...kinds.advertisers, after: ['campaigns'] }, kinds.campaigns], /camp/],
  ])('refuses a cycle %s and names it', (_, cyclic, message) => {
    expect(() => levelsOf(cyclic)).toThrow(message);
  });

  it('refuses a kind whose parent is not declared and names it', () => {
    expect(() => levelsOf([kinds.networks, kinds.placements])).toThrow(/not declared: placements/);
  });

  it('of nothing are none', () => {
    expect(levelsOf([])).toEqual([]);
  });
});
