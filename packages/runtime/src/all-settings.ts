import { resolve } from 'node:path';
import { z } from 'zod';
import { userDataFolder } from './folders.ts';

const withoutTrailingSlash = (url: string) => url.replace(/\/+$/, '');

function numberSetting(min: number, max = Number.MAX_SAFE_INTEGER) {
  const message = `must be a number from ${min} to ${max}`;
  return z.coerce.number(message).min(min, message).max(max, message);
}

function integerSetting(min: number, max = Number.MAX_SAFE_INTEGER) {
  const message =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number from ${min}`
      : `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(message).int(message).min(min, message).max(max, message);
}

/** Says what to set where nothing was set, and what is wrong where something was. */
function needed(remedy: string, fault: string) {
  return { error: (issue: { input?: unknown }) => (issue.input === undefined ? `is not set: ${remedy}` : fault) };
}

const storeRemedy = 'or use `npm start`, which brings its own';
const mongoShape = 'must be like mongodb://HOST:PORT/DATABASE?replicaSet=NAME, with the database’s name';
const redisShape = 'must be like redis://HOST:PORT';
const rateShape = 'must be a number above 0 (requests a second), "auto" or "unlimited"';
const networksShape = 'must be ids of networks with commas between, like 12,15';

/**
 * Every setting, declared once: apps pick theirs with `allSettings.pick({ … })` and read them with `readSettings`.
 * Values come from the environment as strings; what stands here turns them into what the code uses.
 */
export const allSettings = z.object({
  BROADSTREET_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL that ends in /api/1' })
    .transform(withoutTrailingSlash)
    .default('https://api.broadstreetads.com/api/1')
    .describe('Base URL of the Broadstreet API, with /api/1. Under `npm start` without a token: the simulator’s.'),
  BROADSTREET_ACCESS_TOKEN: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be one word of printable characters')
    .optional()
    .describe('The account’s access token. Or BROADSTREET_ACCESS_TOKEN_FILE, the path of a file that holds it.'),
  BROADSTREET_RATE: z
    .union([z.literal('auto'), z.literal('unlimited'), z.coerce.number().positive()], { error: rateShape })
    .default('auto')
    .describe('Requests a second that the account may use, "auto" (found by trying) or "unlimited".'),
  BROADSTREET_RATE_MAX: numberSetting(0.5, 1000)
    .default(5)
    .describe('Requests a second that "auto", which starts at 2, never passes.'),
  BROADSTREET_NETWORKS: z
    .string()
    .regex(/^\s*\d+\s*(,\s*\d+\s*)*$/, networksShape)
    .transform((ids) => ids.split(',').map(Number))
    .pipe(z.array(z.int(networksShape).positive(networksShape)))
    .optional()
    .describe('Ids of the networks to sync, with commas between; others are never read or written. Unset: all.'),
  BROADSTREET_READ_ONLY: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe('true: the client itself refuses every remote write.'),
  BROADSTREET_TIMEOUT_MS: integerSetting(1, 3_600_000)
    .default(30_000)
    .describe('Total time of one request, in milliseconds.'),
  BROADSTREET_SETTLE_MS: integerSetting(0, 3_600_000)
    .default(60_000)
    .describe('Milliseconds after which a request whose answer was lost is surely decided.'),
  MONGODB_URI: z
    .string(needed(`give a replica set’s URI with the database’s name, ${storeRemedy}`, mongoShape))
    .regex(/^mongodb(\+srv)?:\/\/[^/?\s]+\/[^/?\s]+/, mongoShape)
    .describe('MongoDB replica set, with the database’s name. Unset under `npm start`: an embedded one.'),
  REDIS_URL: z
    .string(needed(`give redis://HOST:PORT, ${storeRemedy}`, redisShape))
    .regex(/^rediss?:\/\/\S+$/, redisShape)
    .transform(withoutTrailingSlash)
    .describe('Redis 6.2 or later, or Valkey. Unset under `npm start`: an embedded one.'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w.{}-]+$/, 'must be of letters, digits and _ . - { } only')
    .default('broadstreet-sync')
    .describe('First part of all our keys in Redis.'),
  HOST: z.string().trim().default('127.0.0.1').describe('Address that the API listens on.'),
  PORT: integerSetting(0, 65_535).default(4000).describe('Port that the API listens on; 0: the system chooses.'),
  DASHBOARD_DIR: z
    .string()
    .transform((folder) => resolve(folder))
    .optional()
    .describe('Folder of the built dashboard, which the API serves. Unset: where `npm start` builds it.'),
  WORKER_CONCURRENCY: integerSetting(1, 64)
    .optional()
    .describe('Most tasks at once in one worker process. Unset: from rate × latency, at most 64.'),
  HISTORY_DAYS: integerSetting(1, 36_500)
    .default(365)
    .describe('Days for which it is kept what was changed in production, from what to what, and by which run.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info')
    .describe('What is logged: this and everything graver.'),
  DATA_DIR: z
    .string()
    .transform((folder) => resolve(folder))
    .default(() => userDataFolder())
    .describe('Folder for the embedded stores, logs and the secret key. Unset: the user’s data folder.'),
  SECRET_KEY: z
    .string()
    .trim()
    .min(32, 'must have at least 32 characters, such as those that `openssl rand -hex 32` prints')
    .optional()
    .describe('Encrypts a stored token, signs sessions. Or SECRET_KEY_FILE. Under `npm start`: made in DATA_DIR.'),
});

export type AllSettings = z.output<typeof allSettings>;
export type SettingName = keyof AllSettings;

/** Settings whose value no message shows, and which `NAME_FILE` may give: a file's path, as container secrets are. */
export const secretSettings: readonly string[] = [
  'BROADSTREET_ACCESS_TOKEN',
  'SECRET_KEY',
  'MONGODB_URI',
  'REDIS_URL',
] satisfies SettingName[];
