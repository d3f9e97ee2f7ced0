import { allSettings } from '@broadstreet-sync/runtime';
import type { z } from 'zod';

/** What the API needs of the settings. The token is known only to name the rate budget, and to keep it out of logs. */
export const apiSettings = allSettings.pick({
  BROADSTREET_API_URL: true,
  BROADSTREET_ACCESS_TOKEN: true,
  BROADSTREET_RATE: true,
  BROADSTREET_RATE_MAX: true,
  BROADSTREET_NETWORKS: true,
  BROADSTREET_READ_ONLY: true,
  MONGODB_URI: true,
  REDIS_URL: true,
  QUEUE_PREFIX: true,
  HOST: true,
  PORT: true,
  DASHBOARD_DIR: true,
  LOG_LEVEL: true,
});

export type ApiSettings = z.output<typeof apiSettings>;
