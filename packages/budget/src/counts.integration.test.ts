import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Budget, MinuteCounts, RequestEnd } from './index.ts';
import { connect, open, warmAccount } from './testing/accounts.ts';

const answered: RequestEnd = { outcome: 'answered', durationMs: 40 };
const failed: RequestEnd = { outcome: 'failed', durationMs: 10, cause: 'x' };
const limited: RequestEnd = { outcome: 'rate_limited', durationMs: 10 };

function end(budget: Budget, ...ends: readonly RequestEnd[]): void {
  for (const one of ends) budget.begin()(one);
}

/** Over all minutes: a test may run across the change of one. */
async function sums(budget: Budget, rateClass = 'entities') {
  const found = (await budget.counts()).filter((one) => one.rateClass === rateClass);
  const sum = (name: 'used' | 'rateLimited' | 'failed' | 'retries' | 'waitedMs') =>
    found.reduce((total, one) => total + one[name], 0);
  return {
    used: sum('used'),
    rateLimited: sum('rateLimited'),
    failed: sum('failed'),
    retries: sum('retries'),
    waitedMs: sum('waitedMs'),
  };
}

describe('counts by the minute', () => {
  test('are of all processes together, by class, with the rate that was allowed', async () => {
    const account = await warmAccount();
    const [one, other] = [open(account, { rate: 20 }), open(account, { rate: 20 })];

    end(one, answered, answered, limited);
    end(other, answered, failed);
    other.begin('records')(answered);

    await expect.poll(() => sums(one)).toMatchObject({ used: 5, rateLimited: 1, failed: 1 });
    await expect.poll(() => sums(one, 'records')).toMatchObject({ used: 1 });
    const counts = await one.counts();
    expect(new Set(counts.map(({ rateClass, rate }) => `${rateClass} ${rate}`))).toEqual(
      new Set(['entities 20', 'records 0.4']),
    );
    expect(new Set(counts.map(({ series }) => series)).size).toBe(1);
  });

  test('have the time that requests waited, and how many waited at once', async () => {
    const account = await warmAccount();
    const [one, other] = [open(account, { rate: 5 }), open(account, { rate: 5 })];

    const waiting = Promise.all([...Array(3)].flatMap(() => [one.take(), other.take()]));
    await expect.poll(async () => (await one.state()).waiting).toBeGreaterThan(2);
    const taken = await waiting;
    end(one, answered);
    end(other, answered);

    const waited = taken.reduce((sum, each) => sum + ('waitedMs' in each ? each.waitedMs : 0), 0);
    await expect.poll(async () => (await sums(one)).waitedMs).toBeGreaterThan(waited - 10);
    expect((await sums(one)).waitedMs).toBeLessThan(waited + 10);
    expect(Math.max(...(await one.counts()).map((each) => each.waiting))).toBeGreaterThan(2);
    await expect.poll(async () => (await one.state()).waiting).toBe(0);
  });

  test('without a limit are kept as well', async () => {
    const budget = open(randomUUID(), { rate: 'unlimited' });
    const ends = [...Array(4)].map(() => budget.begin());

    await expect.poll(async () => (await budget.state()).inFlight).toBe(4);
    for (const one of ends) one(answered);

    await expect.poll(() => sums(budget)).toMatchObject({ used: 4 });
    const state = await budget.state();
    expect(state).toMatchObject({ rate: null, found: null, used: 4, latencyMs: expect.closeTo(40) });
    expect((await budget.counts()).map(({ rate }) => rate)).toEqual([null]);
  });

  test('are another series after Redis has lost them', async () => {
    const account = await warmAccount();
    const budget = open(account);
    end(budget, answered);
    await expect.poll(() => sums(budget)).toMatchObject({ used: 1 });
    const [before] = await budget.counts();

    await connect().del(`test:budget:{${account}}:counts`);
    end(budget, answered);
    await expect.poll(() => sums(budget)).toMatchObject({ used: 1 });

    expect((await budget.counts())[0]?.series).not.toBe(before?.series);
  });

  test('are forgotten when they have been kept elsewhere, but for the last two minutes', async () => {
    const account = await warmAccount();
    const budget = open(account);
    end(budget, answered);
    await expect.poll(() => sums(budget)).toMatchObject({ used: 1 });
    const now = (await budget.counts())[0]?.minute ?? 0;
    const old = (minute: number) => [`${minute}|entities|used`, 7];
    await connect().hset(`test:budget:{${account}}:counts`, ...old(now - 5), ...old(now - 3), ...old(now - 1));

    await budget.forgetCounts(now - 3);
    const kept = await budget.counts();
    await budget.forgetCounts(now + 10);
    const least = await budget.counts();

    const minutes = (counts: MinuteCounts[]) => counts.map(({ minute }) => minute).toSorted((a, b) => a - b);
    expect(minutes(kept)).toEqual([now - 3, now - 1, now]);
    expect(minutes(least)).toEqual([now - 1, now]);
  });

  test('are told before a process ends', async () => {
    const account = await warmAccount();
    const budget = open(account);

    end(budget, answered);
    await budget.close();

    expect(await sums(open(account))).toMatchObject({ used: 1 });
  });
});

describe('repetitions', () => {
  test('are bounded to a tenth of the last minute, and a few in any case, over all processes', async () => {
    const account = await warmAccount();
    const [one, other] = [open(account), open(account)];
    const take = async (budget: Budget) => {
      let taken = 0;
      while (await budget.takeRetry()) taken += 1;
      return taken;
    };

    const few = (await take(one)) + (await take(other));
    end(one, ...Array.from({ length: 150 }, () => answered));
    await expect.poll(() => sums(one)).toMatchObject({ used: 150 });
    const more = await take(other);

    expect(few).toBe(10);
    expect(few + more).toBe(15);
    expect(await sums(one)).toMatchObject({ retries: 15 });
  });

  test('get no slot beyond that, and are counted once though a slot is given up', async () => {
    const budget = open(await warmAccount(), { lateMs: 5000, rate: 50 });
    for (let i = 0; i < 9; i += 1) await budget.takeRetry();

    const last = await budget.take({ isRetry: true });
    const refused = [await budget.take({ isRetry: true }), await budget.reserve({ isRetry: true })];
    const first = await budget.take();

    expect([last, first].every((taken) => 'waitedMs' in taken)).toBe(true);
    expect(refused).toMatchObject([{ heldBack: { by: 'retries' } }, { slot: null, by: 'retries' }]);
  });
});

describe('reports', () => {
  test('have a limit of their own: 2 in any 5 s, whatever the settings say', async () => {
    const account = randomUUID();
    const [one, other] = [open(account, { rate: 'unlimited' }), open(account, { rate: 'unlimited' })];

    const waits: number[] = [];
    for (const budget of [one, other, one]) {
      const { slot } = await budget.reserve({ rateClass: 'records' });
      waits.push(slot?.waitMs ?? 0);
    }

    // A whole window of silence first; then slots lie a little over 2.5 s apart.
    expect(waits[0]).toBeGreaterThanOrEqual(5000);
    for (const [at, wait] of waits.slice(1).entries()) {
      expect(wait - (waits[at] ?? 0)).toBeGreaterThan(2500);
      expect(wait - (waits[at] ?? 0)).toBeLessThan(2560);
    }
  });

  test('that meet 429 do not keep entities waiting', async () => {
    const budget = open(await warmAccount());

    await budget.pause(60_000, { rateClass: 'records' });

    expect(await budget.reserve({ rateClass: 'records', maxWaitMs: 1000 })).toMatchObject({ slot: null, by: 'pause' });
    expect(await budget.take()).toHaveProperty('waitedMs');
  });
});
