import type { WorkerSettings } from './settings.ts';

const mostTasks = 64;
/** Of the API before any request was answered (measured with a real account: 0.28 s). */
const usualLatencyMs = 300;
/** Weight of the latest answer in the average. */
const weight = 0.1;
/** For tasks that wait for MongoDB. */
const spare = 4;

/**
 * Tasks at once in one process: twice what keeps the allowed rate busy at a latency, and a few more. Pure.
 *
 * @param perSecond requests that the budget allows; null: no limit
 */
export function concurrencyFor(perSecond: number | null, latencyMs: number): number {
  return perSecond === null ? mostTasks : Math.min(mostTasks, spare + Math.ceil((2 * perSecond * latencyMs) / 1000));
}

type RateSettings = Pick<WorkerSettings, 'WORKER_CONCURRENCY' | 'BROADSTREET_RATE' | 'BROADSTREET_RATE_MAX'>;

export interface Concurrency {
  now(): number;
  /** Notes how long an answer took. */
  answered(durationMs: number): void;
}

/**
 * How many tasks a process works on at once, as answers become faster or slower; fixed where the settings say so.
 *
 * @param onChange told of each new number
 */
export function createConcurrency(settings: RateSettings, onChange: (tasks: number) => void): Concurrency {
  const { WORKER_CONCURRENCY: fixed, BROADSTREET_RATE: rate, BROADSTREET_RATE_MAX: highest } = settings;
  const perSecond = rate === 'unlimited' ? null : rate === 'auto' ? highest : rate;
  let latencyMs = usualLatencyMs;
  let tasks = fixed ?? concurrencyFor(perSecond, latencyMs);

  return {
    now: () => tasks,
    answered(durationMs) {
      if (fixed !== undefined) return;
      latencyMs += weight * (durationMs - latencyMs);
      const wanted = concurrencyFor(perSecond, latencyMs);
      if (wanted === tasks) return;
      tasks = wanted;
      onChange(tasks);
    },
  };
}
