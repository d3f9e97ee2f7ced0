import { describe, expect, test } from 'vitest';
import { type SimulatedAccount, simulateRequests } from './testing/simulated-account.ts';

const minute = 60_000;

/** What came of the requests after the first minute, in which the rate is found. */
async function afterFirstMinute(world: SimulatedAccount, minutes: number) {
  const sent = await simulateRequests(world, minutes * minute);
  const later = sent.filter(({ at }) => at >= minute);
  const answered = later.filter(({ status }) => status === 200).length;
  const possible = (minutes - 1) * 60 * Math.min(world.limit, world.rateMax);
  return { ratio: possible / answered, refused: (later.length - answered) / later.length };
}

describe('ten minutes of requests at a rate that nobody tells', () => {
  test.for([
    { limit: 10, rateMax: 100, latencyMs: 300, retryAfter: 'seconds' },
    { limit: 7, rateMax: 50, latencyMs: 280, retryAfter: 'none' },
    { limit: 3, rateMax: 100, latencyMs: 20, retryAfter: 'none' },
  ] as const)(
    'take at most 1.25 of what they must, and under 1 %% meet a 429: $limit/s, $latencyMs ms, Retry-After $retryAfter',
    { timeout: 400_000 },
    async (world) => {
      const { ratio, refused } = await afterFirstMinute(world, 10);

      expect(ratio).toBeLessThan(1.25);
      expect(refused).toBeLessThan(0.01);
    },
  );

  test('do not meet any where the API bears the highest rate that is allowed, and take what that says', async () => {
    const world = { limit: 50, rateMax: 5, latencyMs: 100, retryAfter: 'seconds' } as const;

    const { ratio, refused } = await afterFirstMinute(world, 3);

    expect(refused).toBe(0);
    // 2 % wider spacing.
    expect(ratio).toBeLessThan(1.03);
  });
});
