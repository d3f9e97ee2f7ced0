import { allSettings } from '@broadstreet-sync/runtime';
import type { z } from 'zod';
import type { ApiParts } from './parts.ts';

/** What the API needs of the settings. The token is for tests of the connection and to name the rate budget; the workers do all else. */
export const apiSettings = allSettings.pick({
  BROADSTREET_API_URL: true,
  BROADSTREET_ACCESS_TOKEN: true,
  BROADSTREET_RATE: true,
  BROADSTREET_RATE_MAX: true,
  BROADSTREET_NETWORKS: true,
  BROADSTREET_READ_ONLY: true,
  BROADSTREET_TIMEOUT_MS: true,
  MONGODB_URI: true,
  REDIS_URL: true,
  QUEUE_PREFIX: true,
  HISTORY_DAYS: true,
  HOST: true,
  PORT: true,
  DASHBOARD_DIR: true,
  SECRET_KEY: true,
  LOG_LEVEL: true,
});

export type ApiSettings = z.output<typeof apiSettings>;

/** How the process was started, without its secrets. */
export function situationOf(settings: ApiSettings): ApiParts['situation'] {
  return {
    base_url: settings.BROADSTREET_API_URL,
    rate: String(settings.BROADSTREET_RATE),
    rate_max: settings.BROADSTREET_RATE_MAX,
    read_only: settings.BROADSTREET_READ_ONLY,
    timeout_ms: settings.BROADSTREET_TIMEOUT_MS,
    queue_prefix: settings.QUEUE_PREFIX,
    history_days: settings.HISTORY_DAYS,
    mongodb: placeIn(settings.MONGODB_URI),
    redis: placeIn(settings.REDIS_URL),
  };
}

/** Hosts and path of an address: without the user and password, and without options, which may hold another. */
export function placeIn(address: string): string {
  return address
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^/?]*@/, '')
    .replace(/[?#].*$/s, '');
}
