import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BreakerChange, Budget, RequestEnd } from './index.ts';
import { connect, open, patient, slotOf, warmAccount } from './testing/accounts.ts';

const failed: RequestEnd = { outcome: 'failed', durationMs: 10, cause: 'GET /zones: the API failed (status 503)' };
// Sent when it is told: not before a probe of just now.
const answered: RequestEnd = { outcome: 'answered', durationMs: 0 };
const limited: RequestEnd = { outcome: 'rate_limited', durationMs: 0 };

/** Requests that end so, one after the other. */
function end(budget: Budget, ...ends: readonly RequestEnd[]): void {
  for (const one of ends) budget.begin()(one);
}

const times = (count: number, one: RequestEnd): RequestEnd[] => Array.from({ length: count }, () => one);

async function isOpen(budget: Budget): Promise<boolean> {
  return (await budget.state()).breaker !== null;
}

const untilOpen = (budget: Budget) => expect.poll(() => isOpen(budget)).toBe(true);
const untilTold = (budget: Budget, used: number) => expect.poll(async () => (await budget.state()).used).toBe(used);

/** Lets time pass for the breaker: what it has noted happened `ms` earlier. */
async function age(account: string, ms: number): Promise<void> {
  const redis = connect();
  const key = `test:budget:{${account}}:breaker`;
  for (const field of ['since', 'next', 'probed', 'at']) {
    const value = Number(await redis.hget(key, field));
    if (value > 0) await redis.hset(key, field, value - ms * 1000);
  }
}

async function openOne(settings: Parameters<typeof open>[1] = {}) {
  const account = await warmAccount();
  const changes: BreakerChange[] = [];
  const budget = open(account, { ...settings, onBreaker: (change) => changes.push(change) });
  end(budget, ...times(5, failed));
  await untilOpen(budget);
  return { account, budget, changes };
}

describe('the breaker opens', () => {
  test('after 5 failures in a row, of all processes together, and one of them is told', async () => {
    const account = await warmAccount();
    const told: BreakerChange[] = [];
    const onBreaker = (change: BreakerChange) => told.push(change);
    const [one, other] = [open(account, { onBreaker }), open(account, { onBreaker })];
    end(one, answered, failed, failed);
    await untilTold(one, 3);
    end(other, failed, failed);
    await untilTold(one, 5);
    expect(await isOpen(one)).toBe(false);

    end(one, failed);
    await untilOpen(other);

    await expect.poll(() => told).toEqual([{ to: 'open', cause: failed.cause, nextProbeInMs: expect.any(Number) }]);
    expect((await one.state()).breaker).toMatchObject({ cause: failed.cause });
  });

  test('after 10 failures among the last 20, however they are mixed', async () => {
    const budget = open(await warmAccount());
    const mixed = Array.from({ length: 9 }, () => [failed, answered]).flat();
    end(budget, ...mixed);
    await untilTold(budget, 18);
    expect(await isOpen(budget)).toBe(false);

    end(budget, failed);

    await untilOpen(budget);
  });

  test('by answers that take many times what is usual, and not by what is usual itself', async () => {
    const budget = open(await warmAccount());
    const slow = { ...answered, durationMs: 9000 };
    end(budget, ...times(5, { ...answered, durationMs: 300 }));
    await untilTold(budget, 5);

    end(budget, ...times(5, slow));
    await untilOpen(budget);

    expect((await budget.state()).breaker?.cause).toMatch(/an answer took 9\.0 s/);
  });

  test('by nothing that shows the host at work: refusals, 429, what was given up here', async () => {
    const budget = open(await warmAccount());
    const aborted: RequestEnd = { outcome: 'aborted', durationMs: 10 };

    end(budget, ...times(4, failed), answered, ...times(4, failed), aborted, limited);
    await untilTold(budget, 11);

    expect(await isOpen(budget)).toBe(false);
  });

  test('not by failures of long ago', async () => {
    const account = await warmAccount();
    const budget = open(account);
    end(budget, ...times(4, failed));
    await untilTold(budget, 4);

    await age(account, 61_000);
    end(budget, failed);
    await untilTold(budget, 5);

    expect(await isOpen(budget)).toBe(false);
  });
});

describe('while it is open', () => {
  test('nobody gets a slot, whoever asks and however, and the cause is named', async () => {
    const { account, budget } = await openOne();
    const other = open(account);

    const refused = await budget.reserve();
    const taken = [await other.take(), await other.take({ priority: 'interactive' })];
    const reports = await other.reserve({ rateClass: 'records' });

    for (const one of [refused, reports]) expect(one).toMatchObject({ slot: null, by: 'breaker', cause: failed.cause });
    for (const one of taken) expect(one).toMatchObject({ heldBack: { by: 'breaker', cause: failed.cause } });
  });

  test('slots that were handed out before are void', async () => {
    const account = await warmAccount();
    const budget = open(account, { lateMs: 5000, rate: 5 });
    await slotOf(budget);
    const held = await slotOf(budget);

    end(budget, ...times(5, failed));
    await untilOpen(budget);

    expect(await held.arrive()).toBe(false);
  });

  test('one request in 15 s goes as a probe, over all processes', async () => {
    const { account, budget } = await openOne();
    const other = open(account, patient);
    await age(account, 15_000);

    const first = await slotOf(other);
    const hasGone = await first.arrive();
    const second = await budget.reserve();
    const third = await other.reserve();
    await age(account, 15_000);
    const next = await budget.reserve();

    expect(hasGone).toBe(true);
    for (const refused of [second, third]) expect(refused).toMatchObject({ slot: null, by: 'breaker' });
    expect(next.slot).not.toBeNull();
  });

  test('one is told when the next probe is due, the others a second more, when its outcome is known', async () => {
    const { budget } = await openOne();

    const waits = [];
    for (let i = 0; i < 3; i += 1) {
      const refused = await budget.reserve();
      waits.push(refused.slot === null ? refused.retryInMs : 0);
    }

    expect(waits[0]).toBeLessThanOrEqual(15_000);
    expect(waits[1]).toBeGreaterThan(15_000);
    expect(waits[2]).toBeGreaterThan(15_000);
    expect(waits[2]).toBeLessThanOrEqual(16_000);
  });

  test('what was sent before does not close it, and the answer to a probe does', async () => {
    const { account, budget, changes } = await openOne();
    await age(account, 15_000);
    const slot = await slotOf(budget);
    await slot.arrive();

    end(budget, { ...answered, durationMs: 60_000 });
    await untilTold(budget, 6);
    expect(await isOpen(budget)).toBe(true);
    end(budget, answered);

    await expect.poll(() => isOpen(budget)).toBe(false);
    expect(changes.map(({ to }) => to)).toEqual(['open', 'closed']);
    expect((await budget.reserve()).slot).not.toBeNull();
  });

  test('a probe that meets 429 closes it: the host is there', async () => {
    const { account, budget } = await openOne();
    await age(account, 15_000);
    await (await slotOf(budget)).arrive();

    end(budget, limited);

    await expect.poll(() => isOpen(budget)).toBe(false);
  });

  test('a slow answer to a probe closes it too, and is what is usual from then on', async () => {
    const { account, budget } = await openOne();
    await age(account, 15_000);
    await (await slotOf(budget)).arrive();
    await age(account, 10_000);

    end(budget, { ...answered, durationMs: 9000 });
    await expect.poll(() => isOpen(budget)).toBe(false);
    end(budget, ...times(5, { ...answered, durationMs: 9000 }));
    await untilTold(budget, 11);

    expect(await isOpen(budget)).toBe(false);
  });

  test('a probe that fails leaves it open until the next', async () => {
    const { account, budget } = await openOne();
    await age(account, 15_000);
    await (await slotOf(budget)).arrive();

    end(budget, { ...failed, cause: 'another' });

    await expect.poll(async () => (await budget.state()).breaker?.cause).toBe('another');
    expect(await budget.reserve()).toMatchObject({ slot: null, by: 'breaker' });
  });
});

describe('without a limit', () => {
  test('the breaker holds as well, in every process that has told how its requests went', async () => {
    const account = randomUUID();
    const [one, other] = [open(account, { rate: 'unlimited' }), open(account, { rate: 'unlimited' })];
    end(one, ...times(5, failed));
    await untilOpen(one);
    end(other, answered);

    await expect.poll(async () => (await one.reserve()).slot).toBeNull();
    await expect.poll(async () => (await other.reserve()).slot).toBeNull();
    await age(account, 15_000);
    const probe = await one.reserve();

    expect(probe.slot).not.toBeNull();
    expect(await other.reserve()).toMatchObject({ slot: null, by: 'breaker' });
    end(one, answered);
    await expect.poll(async () => (await other.reserve()).slot).not.toBeNull();
  });
});
