import { join } from 'node:path';
import { allSettings, environment, readSettings } from '@broadstreet-sync/runtime';
import { z } from 'zod';

/** All settings, so that faults of any process are named before the first one starts; the stores may be missing. */
const startSettings = allSettings.partial({ MONGODB_URI: true, REDIS_URL: true }).extend({
  SIMULATOR_PORT: z.coerce.number('must be a port').int('must be a port').min(0).max(65_535).default(4100),
  SIMULATOR_TOKEN: z.string().default('demo-token'),
});

/** The demo's speed where none is set: a first import of seconds that can still be watched. */
export const demoDefaults = { BROADSTREET_RATE: '25', SIMULATOR_LATENCY_MS: '80' };

/** Demo: against the simulator. Live: against the account of a token. Their data never lie in one place. */
export type Mode = 'demo' | 'live';

/** What a start will bring up, and where. */
export interface StartPlan {
  mode: Mode;
  /** DATA_DIR itself. */
  dataDir: string;
  /** Of this mode, with its stores. */
  folder: string;
  logFolder: string;
  host: string;
  /** 0: any. */
  port: number;
  simulator: { port: number; token: string } | undefined;
  /** Undefined: embedded. */
  mongoUri: string | undefined;
  redisUrl: string | undefined;
  database: string;
  secretKey: string | undefined;
  /** Of the simulator for the demo, else the account's. */
  remote: string;
  /** For every process that is started; addresses of what is embedded come in addition. */
  env: NodeJS.ProcessEnv;
}

/** Reads the settings and decides what to start. Throws a `SettingsError` that names every fault. */
export function planStart(env: NodeJS.ProcessEnv = environment()): StartPlan {
  const settings = readSettings(startSettings, env);
  const mode: Mode = settings.BROADSTREET_ACCESS_TOKEN ? 'live' : 'demo';
  const folder = join(settings.DATA_DIR, mode);
  // A live account's as it is set: `npm run worker` beside it reads the same settings, and must find the same queues.
  const queuePrefix = mode === 'live' ? settings.QUEUE_PREFIX : `${settings.QUEUE_PREFIX}-demo`;
  return {
    mode,
    dataDir: settings.DATA_DIR,
    folder,
    logFolder: join(folder, 'logs'),
    host: settings.HOST,
    port: settings.PORT,
    simulator: mode === 'demo' ? { port: settings.SIMULATOR_PORT, token: settings.SIMULATOR_TOKEN } : undefined,
    mongoUri: settings.MONGODB_URI,
    redisUrl: settings.REDIS_URL,
    database: `broadstreet_sync_${mode}`,
    secretKey: settings.SECRET_KEY,
    remote: settings.BROADSTREET_API_URL,
    env: { ...env, DATA_DIR: settings.DATA_DIR, QUEUE_PREFIX: queuePrefix },
  };
}
