import { randomUUID } from 'node:crypto';
import type {} from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { afterEach, expect, inject } from 'vitest';
import { type Budget, type BudgetSettings, createBudget, type Slot } from '../index.ts';

const connections: Redis[] = [];

afterEach(() => {
  for (const redis of connections.splice(0)) redis.disconnect();
});

export function connect(): Redis {
  const redis = new Redis(inject('redisUrl'));
  // What a budget still has to tell when a test ends, nobody hears.
  redis.on('error', () => undefined);
  connections.push(redis);
  return redis;
}

/** One process's budget, on a connection of its own. */
export function open(account: string, settings: Partial<BudgetSettings> = {}): Budget {
  return createBudget({ redis: connect(), prefix: 'test', account, rate: 20, rateMax: 5, ...settings });
}

/** An account whose first second of silence is over. */
export async function warmAccount(): Promise<string> {
  const account = randomUUID();
  const redis = connect();
  const [seconds, micros] = await redis.time();
  const now = Number(seconds) * 1_000_000 + Number(micros);
  await redis.hset(`test:budget:{${account}}:state`, { at: now, next: now, epoch: 1 });
  return account;
}

/** For what is not about lateness: a busy machine shall not decide it. */
export const patient = { lateMs: 5000 };

export async function slotOf(budget: Budget, options?: Parameters<Budget['reserve']>[0]): Promise<Slot> {
  const { slot } = await budget.reserve(options);
  if (!slot) throw new Error('no slot within reach');
  return slot;
}

/** A request is answered, and that has been told: no storm is on any more. */
export async function answer(budget: Budget, account: string): Promise<void> {
  budget.begin()({ outcome: 'answered', durationMs: 0 });
  const redis = connect();
  await expect.poll(() => redis.hget(`test:budget:{${account}}:state`, 'storm')).toBe('0');
}

/** How long a `take` waited, in ms. */
export async function waitedFor(budget: Budget): Promise<number> {
  const taken = await budget.take();
  if ('heldBack' in taken) throw new Error(`held back by ${taken.heldBack.by}`);
  return taken.waitedMs;
}
