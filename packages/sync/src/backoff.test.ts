import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('backs off from half a second, doubling, to half a minute', () => {
  expect([1, 2, 3, 7, 8, 1000].map((attempts) => backoffMs(attempts, 1))).toEqual([
    500, 1000, 2000, 30_000, 30_000, 30_000,
  ]);
});

it('spreads over the whole time, and never past it', () => {
  const attempts = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(attempts, fc.double({ min: 0, max: 1, noNaN: true }), (made, random) => {
      const ms = backoffMs(made, random);
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (made - 1)));
    }),
  );
});
