import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { redisServer } from './binaries.ts';
import { type FindOptions, findBinary } from './find-binary.ts';
import { choosePort } from './ports.ts';
import { type ServerProcess, startServerProcess, untilUp } from './server-process.ts';
import { waitUntil } from './wait-until.ts';

export interface StoreOptions extends FindOptions {
  /** Holds the data; a second start on it finds what the first left. One server at a time. */
  dataDir: string;
  /** Default: the port of the last start on this folder if it is free, else one that the system chooses. */
  port?: number;
  /** Default: `server.log` in `dataDir`. */
  logFile?: string;
}

export interface EmbeddedRedis extends ServerProcess {
  url: string;
  port: number;
}

/** Long enough for a machine under load to read back a large data folder. */
export const startTimeoutMs = 60_000;

/**
 * Starts a Redis (or Valkey) of our own on loopback: append-only file synced every second, and never evicting, since
 * BullMQ's keys must not vanish. Its end comes with `stop()`, or with this process. Throws with the server's last
 * log lines where it does not come up.
 */
export async function startRedis(options: StoreOptions): Promise<EmbeddedRedis> {
  const dataDir = resolve(options.dataDir);
  const logFile = options.logFile ?? join(dataDir, 'server.log');
  const command = await findBinary(redisServer, options);
  mkdirSync(dataDir, { recursive: true });
  const port = await choosePort(dataDir, options.port);
  const address = ['--bind', '127.0.0.1', '--port', String(port)];
  const durability = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  // The title would hide the folder, by which a left-over server is known.
  const title = ['--set-proc-title', 'no'];
  const args = [
    ...title,
    ...address,
    ...durability,
    '--dir',
    dataDir,
    '--maxmemory-policy',
    'noeviction',
    '--daemonize',
    'no',
  ];
  const server = await startServerProcess({ name: 'Redis', command, args, folder: dataDir, logFile });

  const url = `redis://127.0.0.1:${port}`;
  await untilUp('Redis', server, logFile, () => waitUntil('The start of Redis', startTimeoutMs, () => ping(url)));
  return { ...server, url, port };
}

async function ping(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // Without a listener ioredis prints each refused connection; the promise below tells the same.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
}
