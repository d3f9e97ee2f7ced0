import type { Result } from 'ioredis';
import { script } from './lua.ts';
import type { BudgetSettings } from './types.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    broadstreetBudget(...args: (string | number)[]): Result<(string | number)[], Context>;
  }
}

/** Where a reservation stands: `void` has no slot (any more), `held` must be confirmed near its time, `sure` is good. */
export type Standing = 'void' | 'held' | 'sure';
const standings: readonly Standing[] = ['void', 'held', 'sure'];

export interface ReserveReply {
  readonly standing: Standing;
  /** From now to the slot; with `void`: after how long to ask again. */
  readonly waitMs: number;
  /** The slot's name in Redis: µs of its clock. */
  readonly slot: string;
  readonly epoch: string;
  readonly isStorm: boolean;
}

export interface ConfirmReply {
  readonly standing: Standing;
  readonly waitMs: number;
  readonly isStorm: boolean;
}

/** The script's operations, typed; times in ms, as far as they are not names. */
export interface BudgetScript {
  reserve(options: { isInteractive: boolean; maxWaitMs: number | undefined; lastUsed: string }): Promise<ReserveReply>;
  confirm(held: { slot: string; epoch: string; isInteractive: boolean }): Promise<ConfirmReply>;
  /** Gives how long the pause lasts from now. */
  pause(retryAfterMs: number | undefined): Promise<number>;
  /** Gives whether a storm of 429s is still on. */
  succeeded(): Promise<boolean>;
  state(): Promise<{ rate: number; nowMs: number; pausedUntilMs: number; aheadMs: number }>;
}

/** Binds the script to one account's keys. They share a hash tag, as one script's keys must in Redis Cluster. */
export function createBudgetScript(settings: BudgetSettings): BudgetScript {
  const { redis, prefix, account, rate, rateMax } = settings;
  redis.defineCommand('broadstreetBudget', { numberOfKeys: 2, lua: script });
  const keys = [`${prefix}:budget:{${account}}:state`, `${prefix}:budget:{${account}}:bulk`];

  const run = async (op: string, ...args: (string | number)[]) => {
    const reply = await redis.broadstreetBudget(...keys, op, rate, rateMax, ...args);
    return { number: (at: number) => Number(reply[at]), text: (at: number) => String(reply[at]) };
  };

  return {
    async reserve({ isInteractive, maxWaitMs, lastUsed }) {
      const longest = maxWaitMs === undefined ? -1 : Math.max(0, Math.floor(maxWaitMs * 1000));
      const reply = await run('reserve', isInteractive ? 1 : 0, longest, lastUsed);
      return {
        standing: standings[reply.number(0)] ?? 'void',
        waitMs: reply.number(1) / 1000,
        slot: reply.text(2),
        epoch: reply.text(3),
        isStorm: reply.number(4) === 1,
      };
    },
    async confirm({ slot, epoch, isInteractive }) {
      const reply = await run('confirm', slot, epoch, isInteractive ? 1 : 0);
      return {
        standing: standings[reply.number(0)] ?? 'void',
        waitMs: reply.number(1) / 1000,
        isStorm: reply.number(2) === 1,
      };
    },
    async pause(retryAfterMs) {
      const reply = await run('pause', retryAfterMs === undefined ? -1 : Math.ceil(retryAfterMs * 1000));
      return reply.number(0) / 1000;
    },
    async succeeded() {
      return (await run('succeeded')).number(0) === 1;
    },
    async state() {
      const reply = await run('state');
      return {
        rate: reply.number(0),
        nowMs: reply.number(1) / 1000,
        pausedUntilMs: reply.number(2) / 1000,
        aheadMs: reply.number(3) / 1000,
      };
    },
  };
}
