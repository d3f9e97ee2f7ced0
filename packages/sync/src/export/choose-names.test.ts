import { normaliseName } from '@broadstreet-sync/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseNames } from './choose-names.ts';

const nobody = (): boolean => false;
const wishesOf = (names: readonly string[]) => names.map((name, at) => ({ owner: `o${at}`, name }));
const chosen = (names: readonly string[], taken: readonly string[] = []): string[] => {
  const isTaken = (normal: string): boolean => taken.includes(normal);
  return chooseNames(wishesOf(names), isTaken).map(({ name }) => name);
};

/** Names that often meet: in case, blanks, Unicode forms and suffixes. */
const name = fc.oneof(
  fc.constantFrom(
    'Top',
    'TOP ',
    ' top',
    'Top (1)',
    'top (2)',
    'Cafe\u0301',
    'CAF\u00c9',
    'x'.repeat(300),
    'x'.repeat(255),
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => text.trim() !== ''),
);
const names = fc.array(name, { maxLength: 30 });

describe('chooseNames', () => {
  it('numbers names that meet, in their order', () => {
    expect(chosen(['Top', ' TOP ', 'Side', 'top', 'Cafe\u0301', 'CAF\u00c9'])).toEqual([
      'Top',
      'TOP (1)',
      'Side',
      'top (2)',
      'Cafe\u0301',
      'CAF\u00c9 (1)',
    ]);
  });

  it('passes over what is taken, by others and by its own numbers', () => {
    expect(chosen(['Top', 'Top'], ['top', 'top (1)', 'top (3)'])).toEqual(['Top (2)', 'Top (4)']);
    expect(chosen(['Top (1)', 'Top', 'Top'])).toEqual(['Top (1)', 'Top', 'Top (2)']);
  });

  it('shortens a name that leaves no room for its number', () => {
    const long = 'x'.repeat(255);

    const [first = '', second = ''] = chosen([long, long]);

    expect(first).toBe(long);
    expect(second).toBe(`${'x'.repeat(251)} (1)`);
  });

  it('lets an entity keep what it has itself', () => {
    const isTaken = (normal: string, owner: string): boolean => normal === 'top' && owner !== 'o1';

    expect(chooseNames(wishesOf(['Top', 'Top']), isTaken).map(({ name }) => name)).toEqual(['Top (1)', 'Top']);
  });

  it('gives names of which no two are the same, and none is taken', () => {
    fc.assert(
      fc.property(names, names, (wished, others) => {
        const taken = new Set(others.map(normaliseName));

        const given = chooseNames(wishesOf(wished), (normal) => taken.has(normal));

        const normals = given.map((choice) => normaliseName(choice.name));
        expect(new Set(normals).size).toBe(wished.length);
        expect(normals.filter((normal) => taken.has(normal))).toEqual([]);
        expect(given.map(({ normal }) => normal)).toEqual(normals);
        expect(given.map(({ owner }) => owner)).toEqual(wishesOf(wished).map(({ owner }) => owner));
        // Only what gets a suffix is shortened for it.
        for (const [at, choice] of given.entries()) {
          const isOwn = choice.name === wished[at]?.trim();
          expect(isOwn || [...choice.name].length <= 255).toBe(true);
        }
      }),
    );
  });

  it('gives the same for the same, and again when each has reserved what it was given', () => {
    fc.assert(
      fc.property(names, (wished) => {
        const first = chooseNames(wishesOf(wished), nobody);
        const owners = new Map(first.map(({ normal, owner }) => [normal, owner]));

        expect(chooseNames(wishesOf(wished), nobody)).toEqual(first);
        const isAnothers = (normal: string, owner: string): boolean => (owners.get(normal) ?? owner) !== owner;
        expect(chooseNames(wishesOf(wished), isAnothers)).toEqual(first);
      }),
    );
  });

  it('gives the first of a name the name itself where nothing has it', () => {
    fc.assert(
      fc.property(name, (wished) => {
        const [choice] = chooseNames(wishesOf([wished]), nobody);
        expect(choice?.name).toBe(wished.trim());
      }),
    );
  });

  it('asks once for each of thousands of twins', () => {
    let asked = 0;
    const isTaken = (normal: string): boolean => {
      asked += 1;
      return normal === 'twin' || normal === 'twin (7)';
    };

    const given = chooseNames(wishesOf(Array.from({ length: 5000 }, () => 'Twin')), isTaken);

    expect(given.at(-1)?.name).toBe('Twin (5001)');
    expect(asked).toBeLessThan(4 * 5000);
  });
});
