import type { Result } from 'ioredis';
import { numberOfKeys, script } from './lua.ts';
import { parseCounts } from './minute-counts.ts';
import type { RequestTally } from './request-tally.ts';
import type { BreakerState, BudgetSettings, FoundRate, MinuteCounts, Obstacle, RateClass } from './types.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    broadstreetBudget(...args: (string | number)[]): Result<(string | number)[], Context>;
  }
}

/** Where a reservation stands: `void` has no slot (any more), `held` must be confirmed near its time, `sure` is good. */
export type Standing = 'void' | 'held' | 'sure';
const standings: readonly Standing[] = ['void', 'held', 'sure'];
const obstacles: readonly Obstacle[] = ['rate', 'pause', 'breaker', 'retries'];
const changes = ['none', 'opened', 'closed'] as const;

export interface ReserveReply {
  readonly standing: Standing;
  /** From now to the slot; with `void`: after how long to ask again. */
  readonly waitMs: number;
  /** The slot's name in Redis: µs of its clock. */
  readonly slot: string;
  readonly epoch: string;
  readonly isStorm: boolean;
  /** Of the breaker: a slot is the probe then. */
  readonly isOpen: boolean;
  /** With `void`. */
  readonly by: Obstacle;
  readonly cause: string | null;
}

export interface ConfirmReply {
  readonly standing: Standing;
  readonly waitMs: number;
  readonly isStorm: boolean;
}

export interface ReportReply {
  readonly isStorm: boolean;
  readonly isOpen: boolean;
  /** What became of the breaker by this report. */
  readonly change: (typeof changes)[number];
  readonly latencyMs: number | null;
  readonly found: FoundRate | null;
  readonly nextProbeInMs: number;
  readonly cause: string;
}

export interface ScriptState {
  readonly rate: number;
  readonly nowMs: number;
  readonly pausedUntilMs: number;
  readonly aheadMs: number;
  readonly breaker: BreakerState | null;
  readonly latencyMs: number | null;
  readonly found: FoundRate | null;
  readonly used: number;
  readonly waiting: number;
  readonly inFlight: number;
}

/** How many of this process wait for a slot, and have a request under way. */
export interface Gauge {
  readonly process: string;
  readonly waiting: number;
  readonly inFlight: number;
}

/** The script's operations, typed; times in ms, as far as they are not names. */
export interface BudgetScript {
  reserve(options: {
    isInteractive: boolean;
    maxWaitMs: number | undefined;
    /** The slot that this process used last, and how long ago by its own clock. */
    lastUsed: string;
    elapsedMs: number;
    isRetry: boolean;
  }): Promise<ReserveReply>;
  confirm(held: { slot: string; epoch: string; isInteractive: boolean }): Promise<ConfirmReply>;
  /** Gives how long the pause lasts from now. */
  pause(retryAfterMs: number | undefined, ageMs: number): Promise<number>;
  /** Gives whether it may be, and counts it then. */
  retry(): Promise<boolean>;
  /** @param ageMs how long ago the last of the requests that were answered was sent */
  report(tally: RequestTally, ageMs: number, gauge: Gauge): Promise<ReportReply>;
  state(): Promise<ScriptState>;
  counts(): Promise<MinuteCounts[]>;
  forget(beforeMinute: number): Promise<void>;
}

export interface ScriptSettings extends Pick<BudgetSettings, 'redis' | 'prefix' | 'account' | 'rate' | 'rateMax'> {
  readonly rateClass: RateClass;
  /** No window of this length holds more than the rate allows. */
  readonly windowMs: number;
  /** Where `auto` starts when Redis knows nothing. */
  readonly found: () => FoundRate | null;
}

const micros = (ms: number): number => Math.max(0, Math.round(ms * 1000));
const flag = (is: boolean): number => (is ? 1 : 0);

/** Binds the script to one class of an account's requests. All keys share a hash tag, as one script's must in Redis Cluster. */
export function createBudgetScript(settings: ScriptSettings): BudgetScript {
  const { redis, prefix, account, rate, rateMax, rateClass, windowMs } = settings;
  redis.defineCommand('broadstreetBudget', { numberOfKeys, lua: script });
  const shared = `${prefix}:budget:{${account}}`;
  const own = rateClass === 'entities' ? shared : `${shared}:${rateClass}`;
  const keys = [
    `${own}:state`,
    `${own}:bulk`,
    `${shared}:breaker`,
    `${shared}:counts`,
    `${shared}:gauges`,
    `${own}:slots`,
  ];

  const run = async (op: string, ...args: (string | number)[]) => {
    const found = settings.found();
    const start = [found?.rate ?? 0, flag(found?.isBound ?? false)];
    const reply = await redis.broadstreetBudget(
      ...keys,
      op,
      rate,
      rateMax,
      micros(windowMs),
      rateClass,
      ...start,
      ...args,
    );
    return {
      all: reply,
      number: (at: number) => Number(reply[at]),
      ms: (at: number) => Number(reply[at]) / 1000,
      text: (at: number) => String(reply[at]),
      found: (at: number): FoundRate | null =>
        Number(reply[at]) > 0 ? { rate: Number(reply[at]), isBound: Number(reply[at + 1]) === 1 } : null,
      positive: (at: number) => (Number(reply[at]) > 0 ? Number(reply[at]) : null),
    };
  };

  return {
    async reserve({ isInteractive, maxWaitMs, lastUsed, elapsedMs, isRetry }) {
      const longest = maxWaitMs === undefined ? -1 : micros(maxWaitMs);
      const reply = await run('reserve', flag(isInteractive), longest, lastUsed, micros(elapsedMs), flag(isRetry));
      const cause = reply.all[7] === undefined ? '' : reply.text(7);
      return {
        standing: standings[reply.number(0)] ?? 'void',
        waitMs: reply.ms(1),
        slot: reply.text(2),
        epoch: reply.text(3),
        isStorm: reply.number(4) === 1,
        isOpen: reply.number(5) === 1,
        by: obstacles[reply.number(6)] ?? 'rate',
        cause: cause === '' ? null : cause,
      };
    },
    async confirm({ slot, epoch, isInteractive }) {
      const reply = await run('confirm', slot, epoch, flag(isInteractive));
      return {
        standing: standings[reply.number(0)] ?? 'void',
        waitMs: reply.ms(1),
        isStorm: reply.number(2) === 1,
      };
    },
    async pause(retryAfterMs, ageMs) {
      const wanted = retryAfterMs === undefined ? -1 : Math.ceil(retryAfterMs * 1000);
      return (await run('pause', wanted, micros(ageMs))).ms(0);
    },
    async retry() {
      return (await run('retry')).number(0) === 1;
    },
    async report(tally, ageMs, { process, waiting, inFlight }) {
      const { used, rateLimited, failed, waitedMs, outcomes, answers, answeredMs, cause } = tally;
      const counted = [used, rateLimited, failed, Math.round(waitedMs)];
      const meanMs = answers === 0 ? 0 : answeredMs / answers;
      const heard = [outcomes, answers, meanMs, micros(ageMs), cause];
      const reply = await run('report', ...counted, process, waiting, inFlight, ...heard);
      return {
        isStorm: reply.number(0) === 1,
        isOpen: reply.number(1) === 1,
        change: changes[reply.number(2)] ?? 'none',
        latencyMs: reply.positive(3),
        found: reply.found(4),
        nextProbeInMs: reply.ms(6),
        cause: reply.text(7),
      };
    },
    async state() {
      const reply = await run('state');
      const isOpen = reply.number(4) === 1;
      return {
        rate: reply.number(0),
        nowMs: reply.ms(1),
        pausedUntilMs: reply.ms(2),
        aheadMs: reply.ms(3),
        breaker: isOpen ? { sinceMs: reply.ms(5), nextProbeMs: reply.ms(6), cause: reply.text(7) } : null,
        latencyMs: reply.positive(8),
        found: reply.found(9),
        used: Math.round(reply.number(11)),
        waiting: reply.number(12),
        inFlight: reply.number(13),
      };
    },
    async counts() {
      return parseCounts((await run('counts')).all.map(String));
    },
    async forget(beforeMinute) {
      await run('forget', beforeMinute);
    },
  };
}
