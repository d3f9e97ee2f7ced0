import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedRedis, startMongo, startRedis } from '@broadstreet-sync/services';
import { spawnApp } from '@broadstreet-sync/testkit';

/** What scenarios share, each with a database, a queue prefix and an account of its own in it. */
export interface Lab {
  mongoUriFor(database: string): string;
  readonly redisUrl: string;
  readonly simulatorUrl: string;
  /** A new folder; it goes with the lab. */
  folder(name: string): string;
  close(): Promise<void>;
}

/** Folders below one that is removed at the end. */
export function createFolders(): Pick<Lab, 'folder' | 'close'> {
  const root = mkdtempSync(join(tmpdir(), 'broadstreet-chaos-'));
  return {
    folder: (name) => mkdtempSync(join(root, `${name}-`)),
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Starts stores and the simulator. */
export async function createLab(): Promise<Lab> {
  const { folder, close } = createFolders();
  const [mongo, redis, simulator] = await Promise.all([
    startMongo({ dataDir: folder('mongodb') }),
    startRedis({ dataDir: folder('redis') }),
    spawnApp('simulator', { SIMULATOR_PORT: '0', SIMULATOR_ACCOUNT: 'empty', LOG_LEVEL: 'warn' }),
  ]);
  return {
    mongoUriFor: mongo.uriFor,
    redisUrl: redis.url,
    simulatorUrl: simulator.url,
    folder,
    async close() {
      await Promise.all([simulator.kill('SIGTERM'), redis.stop(), mongo.stop()]);
      await close();
    },
  };
}

/** Work with a Redis server of its own, which may be emptied. */
export async function withRedis<T>(
  { folder }: Pick<Lab, 'folder'>,
  work: (redis: EmbeddedRedis) => Promise<T>,
): Promise<T> {
  const redis = await startRedis({ dataDir: folder('redis') });
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}
