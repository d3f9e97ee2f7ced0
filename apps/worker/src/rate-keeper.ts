import { setTimeout as delay } from 'node:timers/promises';
import type { Budget, FoundRate, MinuteCounts } from '@broadstreet-sync/budget';
import type { RateMinute, Store } from '@broadstreet-sync/store';
import type { SyncLog } from '@broadstreet-sync/sync';
import { createLoop, type Loop } from './loop.ts';

interface RateKeeperSettings {
  readonly store: Pick<Store, 'rates' | 'locks'>;
  readonly budget: Pick<Budget, 'counts' | 'forgetCounts' | 'state'>;
  /** Names the budget. */
  readonly account: string;
  /** This process. */
  readonly owner: string;
  readonly log: Pick<SyncLog, 'warn'>;
}

const everyMs = 5000;
const leaseMs = 15_000;
/** What the last keeping gets when the process stops: Redis may be away. */
const lastMs = 3000;
const lock = 'rate-minutes';

/**
 * Copies into MongoDB what Redis counts of requests, and what rate was found: nothing lives only in Redis for longer than
 * a few seconds. Every worker has one, and one of them at a time does it.
 */
export function createRateKeeper({ store, budget, account, owner, log }: RateKeeperSettings): Loop {
  async function keep(): Promise<void> {
    const counts = await budget.counts();
    await store.rates.keep(counts.map(toRateMinute));
    if (counts.length > 0) await budget.forgetCounts(Math.max(...counts.map(({ minute }) => minute)));
    const { found } = await budget.state();
    if (found !== null) await store.rates.remember(account, { rate: found.rate, is_bound: found.isBound });
  }

  async function keepInTurn(): Promise<void> {
    if (await store.locks.take(lock, owner, leaseMs)) await keep();
  }

  const loop = createLoop(everyMs, keepInTurn, (error) => {
    log.warn({ err: error }, 'could not keep how fast requests went');
  });
  return {
    start: loop.start,
    /** Keeps what is left. */
    async stop() {
      const last = loop
        .stop()
        .then(keep)
        .catch(() => undefined);
      await Promise.race([last, delay(lastMs, undefined, { ref: false })]);
      await store.locks.release(lock, owner);
    },
  };
}

function toRateMinute(counts: MinuteCounts): RateMinute {
  return {
    series: counts.series,
    at: new Date(counts.minute * 60_000),
    rate_class: counts.rateClass,
    used: counts.used,
    rate_limited: counts.rateLimited,
    failed: counts.failed,
    retries: counts.retries,
    waited_ms: counts.waitedMs,
    waiting: counts.waiting,
    rate: counts.rate,
  };
}

/** The rate to start with: what was found the last time. */
export async function foundBefore(store: Pick<Store, 'rates'>, account: string): Promise<FoundRate | null> {
  const known = await store.rates.found(account);
  return known === null ? null : { rate: known.rate, isBound: known.is_bound };
}
