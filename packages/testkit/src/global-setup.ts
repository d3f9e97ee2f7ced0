import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongo, startRedis } from '@broadstreet-sync/services';
import type { TestProject } from 'vitest/node';
import { spawnApp } from './apps.ts';
import './provided.ts';

/**
 * Starts one MongoDB, one Redis and one simulator for all integration tests, on ports that the system chooses, and
 * ends them after the last. Each test has its own database, key prefix and account in them: see `testBed`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'broadstreet-tests-'));
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const [mongo, redis, simulator] = await Promise.all([
    startMongo({ dataDir: join(folder, 'mongo'), log }),
    startRedis({ dataDir: join(folder, 'redis'), log }),
    spawnApp('simulator', { SIMULATOR_PORT: '0', SIMULATOR_ACCOUNT: 'empty', LOG_LEVEL: 'warn' }),
  ]);
  project.provide('mongoUri', mongo.uri);
  project.provide('redisUrl', redis.url);
  project.provide('simulatorUrl', simulator.url);

  return async () => {
    await Promise.all([simulator.kill('SIGTERM'), redis.stop(), mongo.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
}
