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
  HISTORY_DAYS: true,
  LOG_LEVEL: true,
  SECRET_KEY: true,
});

/** Settings of a worker, from the environment. @throws SettingsError naming all faults */
export function workerSettings() {
  return readSettings(settings);
}

export type WorkerSettings = ReturnType<typeof workerSettings>;
