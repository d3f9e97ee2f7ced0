import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@broadstreet-sync/services';
import { type RunningApp, spawnApp, stopApps, type TestBed, testBed } from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { type Db, MongoClient } from 'mongodb';
import { type ApiClient, createApiClient, type Reply } from './api-client.ts';

/** Several processes of ours on a Redis server of their own and a database of their own. */
export interface System {
  readonly bed: TestBed;
  /** As another tool sees the database. */
  readonly db: Db;
  readonly redis: Redis;
  /** Where the Redis server keeps what it was told. */
  readonly redisFolder: string;
  /** Every process that was started, dead ones too. */
  readonly processes: readonly RunningApp[];
  /** Every answer of the APIs that was asked for. */
  readonly replies: readonly Reply[];
  startApi(changes?: Readonly<Record<string, string>>): Promise<ApiClient>;
  startWorker(changes?: Readonly<Record<string, string>>): Promise<RunningApp>;
  /** The worker that wrote its name as the owner of a document. */
  ownerOf(owner: string): RunningApp;
  /** @throws Error when any answer was none that the OpenAPI document has */
  close(): Promise<void>;
}

/** What the test build of the API says of an answer that its OpenAPI document does not have. */
const misfit = /does not fit the OpenAPI document|the contract does not name/;

/** Tasks that one worker has under way at most. */
export const tasksAtOnce = 4;

/** With these, what was lost is decided in seconds. */
const quick = { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '1000' };

/** @param settings of every process, over the usual ones */
export async function createSystem(settings: Readonly<Record<string, string>> = {}): Promise<System> {
  const bed = testBed();
  const redisFolder = await mkdtemp(join(tmpdir(), 'broadstreet-redis-'));
  const server = await startRedis({ dataDir: redisFolder });
  const redis = new Redis(server.url);
  const client = new MongoClient(bed.mongoUri);
  const common = { ...bed.env, REDIS_URL: server.url, ...quick, LOG_LEVEL: 'warn', ...settings };
  const processes: RunningApp[] = [];
  const replies: Reply[] = [];

  async function start(name: 'api' | 'worker', changes: Readonly<Record<string, string>>): Promise<RunningApp> {
    const app = await spawnApp(name, { ...common, ...changes }, 'test');
    processes.push(app);
    return app;
  }

  return {
    bed,
    db: client.db(bed.database),
    redis,
    redisFolder,
    processes,
    replies,
    async startApi(changes = {}) {
      return createApiClient(await start('api', changes), (reply) => replies.push(reply));
    },
    startWorker(changes = {}) {
      return start('worker', { WORKER_CONCURRENCY: String(tasksAtOnce), ...changes });
    },
    ownerOf(owner) {
      const app = processes.find(({ pid }) => owner.includes(`-${pid}-`));
      if (app === undefined) throw new Error(`no process of ours is ${owner}`);
      return app;
    },
    async close() {
      await stopApps();
      redis.disconnect();
      await Promise.all([server.stop(), client.close()]);
      await rm(redisFolder, { recursive: true, force: true });
      const misfits = processes.flatMap(({ lines }) => lines.filter((line) => misfit.test(line)));
      if (misfits.length > 0) throw new Error(misfits.join('\n'));
    },
  };
}
