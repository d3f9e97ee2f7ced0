import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@broadstreet-sync/runtime';
import { freePort, startMongo, startRedis } from '@broadstreet-sync/services';
import { answers } from '../start/answers.ts';
import { createApiClient } from '../start/api-client.ts';
import { createFamily } from '../start/family.ts';

/** A simulated account of a benchmark, with a worker and an API of its own. */
export interface Surroundings {
  /** Of our API. */
  readonly apiUrl: string;
  /** Of the account in the simulator's control interface. */
  readonly accountUrl: string;
  stop(): Promise<void>;
}

export interface SurroundingsSettings {
  readonly account: 'R' | 'L' | 'bare';
  /** Requests per second that the simulator allows and the settings name. */
  readonly rate: number;
  readonly latencyMs: number;
}

const token = 'bench-token';

/** Brings up fresh stores, the simulator, one worker and the API, in a folder that is removed at the end. */
export async function createSurroundings({ account, rate, latencyMs }: SurroundingsSettings): Promise<Surroundings> {
  const folder = mkdtempSync(join(tmpdir(), 'broadstreet-bench-'));
  const family = createFamily({ logFolder: folder, say: () => undefined });
  const redis = await startRedis({ dataDir: join(folder, 'redis') });
  family.adopt('redis', redis);
  const mongo = await startMongo({ dataDir: join(folder, 'mongodb') });
  family.adopt('mongodb', mongo);
  const [simulatorPort, apiPort] = [await freePort(), await freePort()];
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const env = {
    PATH: environment().PATH,
    LOG_LEVEL: 'warn',
    SIMULATOR_PORT: String(simulatorPort),
    SIMULATOR_TOKEN: token,
    SIMULATOR_ACCOUNT: account,
    SIMULATOR_RATE: String(rate),
    SIMULATOR_LATENCY_MS: String(latencyMs),
    BROADSTREET_API_URL: `${simulatorUrl}/api/1`,
    BROADSTREET_ACCESS_TOKEN: token,
    BROADSTREET_RATE: String(rate),
    MONGODB_URI: mongo.uriFor('bench'),
    REDIS_URL: redis.url,
    PORT: String(apiPort),
  };
  await family.start('simulator', env, () => answers(`${simulatorUrl}/control/stats`));
  await family.start('worker', env, () => Promise.resolve(true));
  await family.start('api', env, () => createApiClient(apiUrl).isReady(1));
  return {
    apiUrl,
    accountUrl: `${simulatorUrl}/control/accounts/${token}`,
    async stop() {
      await family.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
