import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedRedis, startRedis } from '@broadstreet-sync/services';
import { Redis } from 'ioredis';
import type { Finding, Play, Scale, Scenario } from './scenario.ts';
import { accounts, endedWell, inWorld, type World } from './world.ts';

const awayMs: Readonly<Record<Scale, number>> = { short: 5000, full: 300_000 };
const longestAnswerMs = 1000;

/** A Redis that a scenario spoils; it may be another process afterwards. */
interface Server {
  redis: EmbeddedRedis;
  readonly start: () => Promise<EmbeddedRedis>;
}

/** Makes Redis useless; gives what mends it. */
type Spoil = (server: Server) => Promise<() => Promise<void>>;

const kill: Spoil = async (server) => {
  await server.redis.kill();
  return async () => {
    server.redis = await server.start();
  };
};

const halt: Spoil = async ({ redis: { pid } }) => {
  process.kill(pid, 'SIGSTOP');
  return async () => void process.kill(pid, 'SIGCONT');
};

/** Writes are refused, since its memory is full and nothing may be evicted. */
const fill: Spoil = async ({ redis: { url } }) => {
  const redis = new Redis(url);
  await redis.config('SET', 'maxmemory', '1');
  return async () => {
    await redis.config('SET', 'maxmemory', '0');
    redis.disconnect();
  };
};

/** What our API is asked while Redis is away: what is read, what starts a run, what looks at it. */
const asked = [
  ['GET', '/api/runs'],
  ['GET', '/api/status'],
  ['GET', '/api/stats/rate'],
  ['GET', '/api/zones'],
  ['GET', '/api/health/live'],
  ['POST', '/api/sync/local-all'],
] as const;

/** Asks the API over and over. Gives how long answers took, and what is wrong with them. */
async function askMeanwhile(world: World, forMs: number): Promise<{ longest: number; wrong: string[] }> {
  const until = Date.now() + forMs;
  const wrong = new Set<string>();
  let longest = 0;
  while (Date.now() < until) {
    for (const [method, path] of asked) {
      const since = performance.now();
      const answer = await world.send(method, path, method === 'POST' ? {} : undefined);
      longest = Math.max(longest, performance.now() - since);
      if (answer === null || answer.status >= 500) wrong.add(`${method} ${path} is answered ${answer?.status}`);
    }
    await delay(250);
  }
  return { longest, wrong: [...wrong] };
}

async function playSpoilt({ lab, scale, longestMs }: Play, spoils: readonly Spoil[]): Promise<Finding> {
  const dataDir = lab.folder('redis');
  const start = () => startRedis({ dataDir });
  const server: Server = { redis: await start(), start };
  const settings = {
    account: accounts[scale],
    env: { BROADSTREET_RATE: '25' },
    workers: 2,
    redisUrl: server.redis.url,
  };
  try {
    return await inWorld(lab, settings, async (world) => {
      const faults: string[] = [];
      let requests = 0;
      for (const spoil of spoils) {
        const { id } = await world.start('import');
        await world.reached((await world.account.stats()).total + 30);
        const mend = await spoil(server);
        const { longest, wrong } = await askMeanwhile(world, awayMs[scale]);
        await mend();
        faults.push(...wrong);
        if (scale === 'full' && longest > longestAnswerMs) faults.push(`an answer took ${longest.toFixed(0)} ms`);
        const ended = await world.ended(id, longestMs);
        faults.push(...endedWell(ended));
        requests += ended.requests;
      }
      for (const app of [world.api, ...world.workers]) {
        const gone = await Promise.race([app.exited.then(() => true), Promise.resolve(false)]);
        if (gone) faults.push('a process has ended');
      }
      const judged = await world.judge();
      const total = (await world.account.stats()).total;
      // What was under way when Redis went may be read again.
      return { times: spoils.length, ...judged, extra: total - requests, bound: 10 * spoils.length, faults };
    });
  } finally {
    await server.redis.stop();
  }
}

export const redisAway: Scenario = {
  name: 'redis-away',
  test: 12,
  fault: 'Redis is killed and started again, and stopped for a while',
  play: (play) => playSpoilt(play, [kill, halt]),
};

export const redisFull: Scenario = {
  name: 'redis-full',
  test: 12,
  fault: 'the memory of Redis is full for a while, and nothing may be evicted',
  play: (play) => playSpoilt(play, [fill]),
};
