import { allSettings, readSettings } from '@broadstreet-sync/runtime';

const settings = allSettings.pick({
  BROADSTREET_API_URL: true,
  BROADSTREET_ACCESS_TOKEN: true,
  BROADSTREET_RATE: true,
  BROADSTREET_RATE_MAX: true,
  BROADSTREET_NETWORKS: true,
  BROADSTREET_READ_ONLY: true,
  BROADSTREET_TIMEOUT_MS: true,
  BROADSTREET_SETTLE_MS: true,
  MONGODB_URI: true,
  REDIS_URL: true,
  QUEUE_PREFIX: true,
  WORKER_CONCURRENCY: true,
  LOG_LEVEL: true,
});

/** Settings of a worker, from the environment. @throws SettingsError naming all faults */
export function workerSettings() {
  return readSettings(settings);
}

export type WorkerSettings = ReturnType<typeof workerSettings>;

const mostTasks = 64;
const usualLatencySeconds = 0.3;

/**
 * Tasks at once in one process: twice what keeps the allowed rate busy at the usual latency of the API (0.28 s), and a
 * few more for tasks that wait for MongoDB.
 */
export function concurrencyOf(
  settings: Pick<WorkerSettings, 'WORKER_CONCURRENCY' | 'BROADSTREET_RATE' | 'BROADSTREET_RATE_MAX'>,
): number {
  const { WORKER_CONCURRENCY: given, BROADSTREET_RATE: rate } = settings;
  if (given !== undefined) return given;
  if (rate === 'unlimited') return mostTasks;
  const perSecond = rate === 'auto' ? settings.BROADSTREET_RATE_MAX : rate;
  return Math.min(mostTasks, 4 + Math.ceil(2 * perSecond * usualLatencySeconds));
}
