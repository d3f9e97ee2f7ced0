import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Budget, createBudget, type Slot } from './index.ts';
import { createBudgetScript } from './redis-script.ts';
import { connect, open, patient, slotOf, warmAccount } from './testing/accounts.ts';

/** The most instants in any window of one second. */
function mostInOneSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
}

async function takeAndNote(budget: Budget, count: number, arrivals: number[]): Promise<void> {
  const one = async () => {
    await budget.take();
    arrivals.push(performance.now());
  };
  await Promise.all(Array.from({ length: count }, one));
}

/** Holds this process up, as a stopped or busy one is. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** What hands out slots, asked directly. */
function scriptOf(account: string) {
  const settings = { prefix: 'test', account, rate: 20, rateMax: 5, rateClass: 'entities', windowMs: 1000 } as const;
  return createBudgetScript({ ...settings, redis: connect(), found: () => null });
}

describe('the rate', () => {
  test('no second holds more requests than the rate, over several processes', async () => {
    const account = randomUUID();
    const budgets = [open(account), open(account), open(account)];
    const arrivals: number[] = [];

    await Promise.all(budgets.map((budget) => takeAndNote(budget, 20, arrivals)));

    expect(arrivals).toHaveLength(60);
    expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(20);
    // 60 slots of 51 ms; some may have been given up, but most were used.
    expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeGreaterThanOrEqual(59 * 50);
    expect((await budgets[0]?.state())?.rate).toBe(20);
  });

  test('what was left idle between two requests is caught up at twice the rate, and no window holds more for it', async () => {
    const account = await warmAccount();
    const script = scriptOf(account);
    const reserve = async (count: number, lastUsed: number) => {
      const asked = { isInteractive: false, maxWaitMs: undefined, isRetry: false, elapsedMs: 0 };
      const slots: number[] = [];
      for (let i = 0; i < count; i += 1)
        slots.push(Number((await script.reserve({ ...asked, lastUsed: String(lastUsed) })).slot));
      return slots;
    };
    const [begun = 0] = await reserve(1, 0);
    const anIdleWhile = 300;
    await setTimeout(anIdleWhile);

    const slots = [begun, ...(await reserve(70, begun))];

    const gaps = slots.slice(2).map((slot, at) => slot - (slots[at + 1] ?? 0));
    const windows = slots.slice(20).map((slot, at) => slot - (slots[at] ?? 0));
    expect(gaps.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 25_500));
    expect(gaps.filter((gap) => gap < 25_500)).toEqual([]);
    expect(windows.filter((width) => width < 1_020_000)).toEqual([]);
    // All of the rate is used: 70 slots end with the third window, as if nothing had been idle.
    expect((slots[60] ?? 0) - (slots[0] ?? 0)).toBe(3 * 1_020_000);
  });

  test('after a longer rest requests are spaced evenly: nothing is saved up', async () => {
    const account = await warmAccount();
    const script = scriptOf(account);
    const asked = { isInteractive: false, maxWaitMs: undefined, isRetry: false, lastUsed: '0', elapsedMs: 0 };

    const slots: number[] = [];
    for (let i = 0; i < 10; i += 1) slots.push(Number((await script.reserve(asked)).slot));

    const gaps = slots.slice(1).map((slot, at) => slot - (slots[at] ?? 0));
    expect(gaps).toEqual(Array.from({ length: 9 }, () => 51_000));
  });

  test('a reservation is refused when no slot is near enough, and says when one will be', async () => {
    const budget = open(await warmAccount());
    for (let i = 0; i < 10; i += 1) await slotOf(budget);

    const refused = await budget.reserve({ maxWaitMs: 100 });
    const again = await budget.reserve({ maxWaitMs: 100 });

    expect(refused).toMatchObject({ slot: null, retryInMs: expect.any(Number) });
    expect(again.slot === null && again.retryInMs).toBeGreaterThan(200);
    expect(again.slot === null && again.retryInMs).toBeLessThan(500);
  });

  test('unlimited asks nothing of Redis', async () => {
    const redis = connect();
    redis.disconnect();
    const budget = createBudget({ redis, prefix: 'test', account: 'none', rate: 'unlimited', rateMax: 5 });

    const taken = await Promise.all(Array.from({ length: 100 }, () => budget.take()));

    expect(taken.every((one) => 'waitedMs' in one)).toBe(true);
  });
});

describe('a slot', () => {
  test('is given up when its process comes to it too late', async () => {
    const budget = open(await warmAccount());
    await slotOf(budget);
    const slot = await slotOf(budget);

    freeze(slot.waitMs + 60);

    expect(await slot.arrive()).toBe(false);
  });

  test('is given up when its process is held up while it waits for it', async () => {
    const budget = open(await warmAccount());
    for (let i = 0; i < 3; i += 1) await slotOf(budget);
    const slot = await slotOf(budget);

    const arrived = slot.arrive();
    freeze(slot.waitMs + 60);

    expect(await arrived).toBe(false);
  });

  test('is never reached before its time, and serves once', async () => {
    const budget = open(await warmAccount(), patient);
    const reserved = performance.now();
    for (let i = 0; i < 5; i += 1) await slotOf(budget);
    const slot = await slotOf(budget);

    const first = await slot.arrive();
    const waited = performance.now() - reserved;

    expect([first, await slot.arrive()]).toEqual([true, false]);
    expect(waited).toBeGreaterThanOrEqual(slot.waitMs);
  });

  test('of a bulk request goes to an interactive one that comes later', async () => {
    const account = await warmAccount();
    const [worker, dashboard] = [open(account, patient), open(account, patient)];
    const bulk: Slot[] = [];
    for (let i = 0; i < 8; i += 1) bulk.push(await slotOf(worker));

    const interactive = await slotOf(dashboard, { priority: 'interactive' });
    const next = await slotOf(worker);
    const used = await Promise.all([interactive, ...bulk, next].map((slot) => slot.arrive()));

    expect(interactive.waitMs).toBeLessThan(bulk[7]?.waitMs ?? 0);
    expect(used[0]).toBe(true);
    expect(used.slice(1, -1).filter((wasUsed) => !wasUsed)).toHaveLength(1);
    expect(used.at(-1)).toBe(true);
  });

  test('of an interactive request is not taken over by another', async () => {
    const budget = open(await warmAccount(), patient);
    await slotOf(budget, { priority: 'interactive' });

    const slots = [];
    for (let i = 0; i < 4; i += 1) slots.push(await slotOf(budget, { priority: 'interactive' }));

    expect(await Promise.all(slots.map((slot) => slot.arrive()))).toEqual([true, true, true, true]);
  });
});

describe('lost state', () => {
  test('a first use, as a flush, is followed by a whole second without requests', async () => {
    const account = randomUUID();
    const budget = open(account, patient);

    const first = await slotOf(budget);
    const held = await slotOf(budget);
    const keys = await connect().keys(`test:budget:{${account}}:*`);
    await connect().del(...keys);
    const afterLoss = await slotOf(budget);

    expect(first.waitMs).toBeGreaterThanOrEqual(1000);
    expect(afterLoss.waitMs).toBeGreaterThanOrEqual(1000);
    expect(await Promise.all([held.arrive(), afterLoss.arrive()])).toEqual([false, true]);
  });

  test('a flush in the middle does not let more through than the rate', async () => {
    const account = randomUUID();
    const budgets = [open(account), open(account)];
    const arrivals: number[] = [];
    const redis = connect();

    const taking = Promise.all(budgets.map((budget) => takeAndNote(budget, 15, arrivals)));
    await expect.poll(() => arrivals.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(12);
    await redis.del(...(await redis.keys(`test:budget:{${account}}:*`)));
    await taking;

    expect(arrivals).toHaveLength(30);
    expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(20);
  });

  test('a clock of Redis that leaps ahead, as after a failover, is followed by a second without requests', async () => {
    const account = await warmAccount();
    const redis = connect();
    const script = scriptOf(account);
    const [seconds, micros] = await redis.time();
    const tenAgo = String(Number(seconds) * 1_000_000 + Number(micros) - 10_000_000);
    const asked = { isInteractive: false, maxWaitMs: undefined, isRetry: false, lastUsed: tenAgo };

    const quiet = await script.reserve({ ...asked, elapsedMs: 10_000 });
    const leapt = await script.reserve({ ...asked, elapsedMs: 50 });
    const next = await script.reserve({ ...asked, elapsedMs: 60 });

    expect(quiet.waitMs).toBeLessThan(1000);
    expect(leapt.waitMs).toBeGreaterThanOrEqual(1000);
    expect(leapt.epoch).not.toBe(quiet.epoch);
    expect(next.epoch).toBe(leapt.epoch);
  });

  test('a clock of Redis that was set back does not stop the requests', async () => {
    const account = await warmAccount();
    const inAnHour = (Date.now() + 3_600_000) * 1000;
    await connect().hset(`test:budget:{${account}}:state`, { at: inAnHour, next: inAnHour });

    const slot = await slotOf(open(account));

    expect(slot.waitMs).toBeLessThan(2000);
  });
});
