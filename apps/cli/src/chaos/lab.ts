import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedMongo, type EmbeddedRedis, startMongo, startRedis } from '@broadstreet-sync/services';
import { type RunningApp, spawnApp } from '@broadstreet-sync/testkit';

/** What scenarios share, each with a database, a queue prefix and an account of its own in it. */
export interface Lab {
  readonly mongo: EmbeddedMongo;
  readonly redis: EmbeddedRedis;
  readonly simulator: RunningApp;
  /** A new folder; it goes with the lab. */
  folder(name: string): string;
  close(): Promise<void>;
}

/** Starts stores and the simulator, in a folder that is removed at the end. */
export async function createLab(): Promise<Lab> {
  const root = mkdtempSync(join(tmpdir(), 'broadstreet-chaos-'));
  const folder = (name: string) => mkdtempSync(join(root, `${name}-`));
  const [mongo, redis, simulator] = await Promise.all([
    startMongo({ dataDir: folder('mongodb') }),
    startRedis({ dataDir: folder('redis') }),
    spawnApp('simulator', { SIMULATOR_PORT: '0', SIMULATOR_ACCOUNT: 'empty', LOG_LEVEL: 'warn' }),
  ]);
  return {
    mongo,
    redis,
    simulator,
    folder,
    async close() {
      await Promise.all([simulator.kill('SIGTERM'), redis.stop(), mongo.stop()]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
