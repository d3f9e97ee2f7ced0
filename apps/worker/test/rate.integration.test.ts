import { accountKey } from '@broadstreet-sync/budget';
import { eventually, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';

let engine: Engine;
let redis: Redis;

beforeEach(async () => {
  engine = await createEngine();
  redis = new Redis(engine.bed.redisUrl);
});
afterEach(async () => {
  await stopApps();
  await engine.close();
  redis.disconnect();
});

const account = { account: 'L', scale: 0.1, settings: { latency_ms: 10 } } as const;

/** Requests that MongoDB has counted, over all minutes. */
async function kept() {
  const minutes = await engine.store.rates.minutes(new Date(0), new Date(Date.now() + 60_000));
  const sum = (name: 'used' | 'rate_limited') => minutes.reduce((total, minute) => total + minute[name], 0);
  return { used: sum('used'), rate_limited: sum('rate_limited') };
}

/** As FLUSHALL, for the keys of this test alone. */
async function emptyRedis(): Promise<void> {
  const keys = await redis.keys(`*${engine.bed.queuePrefix}*`);
  if (keys.length > 0) await redis.del(...keys);
}

describe('how fast requests went', () => {
  it('is kept minute by minute, of all workers together, through a loss of Redis', async () => {
    const { remote } = engine.bed;
    await remote.create(account);
    const env = { ...engine.bed.env, ...quick };
    await Promise.all([spawnApp('worker', env), spawnApp('worker', env)]);
    await engine.run();
    const first = await remote.stats();
    await eventually(async () => (await kept()).used === first.total);

    await emptyRedis();
    await engine.run();
    const all = await remote.stats();

    await eventually(async () => (await kept()).used >= all.total);
    expect(await kept()).toEqual({ used: all.total, rate_limited: 0 });
  });
});

describe('the rate that was found', () => {
  it('is where a worker starts that comes after a loss of Redis', async () => {
    const { remote, token } = engine.bed;
    await remote.create({ ...account, settings: { latency_ms: 10, rate: { limit: 6 } } });
    const env = { ...engine.bed.env, ...quick, BROADSTREET_RATE: 'auto', BROADSTREET_RATE_MAX: '100' };
    const first = await spawnApp('worker', env);
    const key = accountKey(token, remote.apiUrl);
    expect(await engine.run()).toMatchObject({ status: 'succeeded' });
    const found = await eventually(async () => {
      const known = await engine.store.rates.found(key);
      return known?.is_bound === true ? known : undefined;
    });
    await first.kill('SIGTERM');
    await emptyRedis();
    const last = (await engine.store.rates.found(key)) ?? found;

    await spawnApp('worker', env);
    await engine.run({ kinds: ['networks'] });

    const state = await redis.hmget(`${engine.bed.queuePrefix}:budget:{${key}}:state`, 'rate', 'drew');
    // Drawn by no 429 of its own: it had nothing to look for.
    expect(state.map(Number)).toEqual([expect.closeTo(last.rate, 1), 0]);
  });
});

describe('an API that keeps failing', () => {
  it('costs no task an attempt beyond its own failure: all is done when it is back', { timeout: 300_000 }, async () => {
    const { remote } = engine.bed;
    await remote.create(account);
    const patient = { BROADSTREET_RATE: '50', BROADSTREET_TIMEOUT_MS: '30000' };
    const worker = await spawnApp('worker', { ...engine.bed.env, ...quick, ...patient });
    await remote.addFault({ nth: 10, count: 8, fault: { type: 'status', status: 503 } });
    const run = await engine.trigger();
    await worker.waitForLine(/keeps failing/);

    const waiting = await eventually(async () => {
      const { items } = await engine.store.tasks.list({ run_id: run._id, 'error.code': 'breaker_open' }, 0, 100);
      return items.length > 0 ? items : undefined;
    });

    expect(await engine.ended(run._id, 200_000)).toMatchObject({ status: 'succeeded' });
    expect(new Set(waiting.map(({ error }) => error?.category))).toEqual(new Set(['network']));
    const { items } = await engine.store.tasks.list({ run_id: run._id, attempts: { $gt: 1 } }, 0, 100);
    expect(items).toEqual([]);
  });
});
