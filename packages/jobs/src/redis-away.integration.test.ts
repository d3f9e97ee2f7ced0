import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@broadstreet-sync/services';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRedisAway } from './redis-away.ts';

let server: Awaited<ReturnType<typeof startRedis>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redis-away-'));
  server = await startRedis({ dataDir: folder });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function errorOf(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) return error;
  throw new Error(`no error: ${String(error)}`);
}

describe('what Redis cannot do now and will do later', () => {
  it('is a write, a script and a job while its memory is full', async () => {
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    const queue = new Queue('full', { connection: redis });
    await queue.waitUntilReady();
    await redis.config('SET', 'maxmemory', '1');

    const errors = [
      await errorOf(redis.set('key', 'value')),
      await errorOf(redis.eval("return redis.call('SET', KEYS[1], 'x')", 1, 'key')),
      await errorOf(queue.add('job', {})),
    ];
    await redis.config('SET', 'maxmemory', '0');
    await queue.close();
    redis.disconnect();

    expect(errors.map((error) => [error.message.slice(0, 40), isRedisAway(error)])).toEqual(
      errors.map((error) => [error.message.slice(0, 40), true]),
    );
  });

  it('is anything while it is not there', async () => {
    const closed = new Redis(server.url);
    closed.disconnect();
    const away = new Redis('redis://127.0.0.1:1', { maxRetriesPerRequest: 0 });
    away.on('error', () => undefined);

    const errors = [await errorOf(closed.get('key')), await errorOf(away.get('key'))];
    away.disconnect();

    for (const error of errors) expect([error.name, error.message, isRedisAway(error)]).toContain(true);
  });

  it('is not what is wrong in itself', async () => {
    const redis = new Redis(server.url);
    await redis.set('text', 'x');

    const errors = [await errorOf(redis.lpush('text', 'y')), new Error('the gate is gone from the queue')];
    redis.disconnect();

    expect(errors.map(isRedisAway)).toEqual([false, false]);
  });
});
