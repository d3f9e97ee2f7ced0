import { randomUUID } from 'node:crypto';
import type {} from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { afterAll, expect, inject, test } from 'vitest';
import { type Budget, createBudget, type FoundRate } from './index.ts';
import { answer } from './testing/accounts.ts';

const redis = new Redis(inject('redisUrl'));
afterAll(() => redis.disconnect());

function open(account: string, rateMax = 50, found: FoundRate | null = null): Budget {
  return createBudget({ redis, prefix: 'test', account, rate: 'auto', rateMax, found });
}

/** An account of which only that is remembered, with the rate at which it starts. */
async function startAt(found: FoundRate) {
  const account = randomUUID();
  const budget = open(account, 50, found);
  await budget.reserve();
  return { budget, account, first: (await budget.state()).rate };
}

/** Lets time pass for the search: what began at `step` began `ms` earlier. */
async function age(account: string, ms: number): Promise<void> {
  const key = `test:budget:{${account}}:state`;
  for (const field of ['step', 'next', 'paused', 'hit']) {
    await redis.hset(key, field, Number(await redis.hget(key, field)) - ms * 1000);
  }
}

/** The rate after that time, in which all of it was used, or nothing. */
async function rateAfter(budget: Budget, account: string, ms: number, isUsed = true): Promise<number | null> {
  await age(account, ms);
  if (isUsed) await redis.hset(`test:budget:{${account}}:state`, 'taken', 1_000_000);
  await budget.reserve({ maxWaitMs: 10_000 });
  return (await budget.state()).rate;
}

test('starts at 2/s and doubles every 3 s, up to the highest allowed', async () => {
  const account = randomUUID();
  const budget = open(account, 13);
  await budget.reserve();

  const rates = [(await budget.state()).rate];
  for (const ms of [2900, 3100, 3100, 3100, 3100]) rates.push(await rateAfter(budget, account, ms));

  expect(rates).toEqual([2, 2, 4, 8, 13, 13]);
});

test('after a storm goes at half, then at 90 % of the rate that drew it, then 1 % up every 10 s', async () => {
  const account = randomUUID();
  const budget = open(account);
  await budget.reserve();
  for (const ms of [4100, 3100]) await rateAfter(budget, account, ms);

  await budget.pause(2000);
  await budget.pause(2500);
  const rates = [(await budget.state()).rate];
  for (const ms of [2600, 5100, 10_100, 10_100]) rates.push(await rateAfter(budget, account, ms));

  expect(rates.map((rate) => rate?.toFixed(3))).toEqual(['4.000', '4.000', '7.200', '7.272', '7.345']);
});

test('does not go up while it is hardly used: that shows nothing', async () => {
  const rates = await Promise.all(
    [false, true].map(async (isBound) => {
      const { budget, account, first } = await startAt({ rate: 8, isBound });
      const later = [];
      for (const ms of [4100, 11_000, 60_000]) later.push(await rateAfter(budget, account, ms, false));
      return [first, ...later];
    }),
  );

  expect(rates.flat()).toEqual(Array.from({ length: 8 }, () => 8));
});

test('never goes below 0.5/s, and counts each storm once', async () => {
  const account = randomUUID();
  const budget = open(account);
  await budget.reserve();

  const rates: (number | null)[] = [];
  for (let storm = 0; storm < 5; storm += 1) {
    await budget.pause(1000);
    await budget.pause(1000);
    await age(account, 1100);
    await answer(budget, account);
    rates.push((await budget.state()).rate);
  }

  expect(rates).toEqual([1, 0.5, 0.5, 0.5, 0.5]);
});

test('what one process found is where the next starts', async () => {
  const account = randomUUID();
  const budget = open(account);
  await budget.reserve();
  await rateAfter(budget, account, 4100);
  await budget.close();

  expect((await open(account).state()).rate).toBe(4);
});

test('what was found once is where it starts when Redis knows nothing: sought on, or kept where a 429 bounds it', async () => {
  const rates = await Promise.all(
    [false, true].map(async (isBound) => {
      const { budget, account, first } = await startAt({ rate: 6, isBound });
      return [first, await rateAfter(budget, account, 4100)];
    }),
  );

  expect(rates).toEqual([
    [6, 12],
    [6, 6],
  ]);
});

test('a loss of Redis in the middle does not lose what was found', async () => {
  const account = randomUUID();
  const budget = open(account);
  await budget.reserve();
  for (const ms of [4100, 3100]) await rateAfter(budget, account, ms);
  await budget.pause(1000);
  budget.begin()({ outcome: 'rate_limited', durationMs: 5 });
  await expect.poll(async () => (await budget.state()).used).toBe(1);

  await redis.del(...(await redis.keys(`test:budget:{${account}}:*`)));
  await budget.reserve();

  // 8/s drew the storm.
  expect((await budget.state()).rate?.toFixed(3)).toBe('7.200');
  expect((await budget.state()).found).toEqual({ rate: expect.closeTo(7.2), isBound: true });
});
