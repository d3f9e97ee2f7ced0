import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdSet } from './id-set.ts';

const id = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.maxSafeInteger().filter((n) => n > 0),
);

describe('a set of ids', () => {
  it('has exactly what was added, whatever the size of the numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(fc.tuple(id, id, id), { maxLength: 300 }), (width, all) => {
        const [set, known] = [createIdSet(width), new Set<string>()];

        for (const tuple of all) {
          const member = tuple.slice(0, width);
          expect(set.has(member)).toBe(known.has(member.join()));
          expect(set.add(member)).toBe(!known.has(member.join()));
          known.add(member.join());
        }

        for (const member of known) expect(set.has(member.split(',').map(Number))).toBe(true);
      }),
    );
  });

  it('tells ids apart that share their lower half', () => {
    const set = createIdSet(1);

    for (let n = 0; n < 1000; n += 1) expect(set.add([7 + n * 2 ** 32])).toBe(true);

    expect(set.has([7 + 1000 * 2 ** 32])).toBe(false);
  });
});
