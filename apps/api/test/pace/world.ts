import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@broadstreet-sync/services';
import {
  type AccountDefinition,
  type RunningApp,
  type SimulatedAccount,
  type SimulatedRequest,
  simulator,
  spawnApp,
} from '@broadstreet-sync/testkit';
import { z } from 'zod';
import type { Finding, Lab, Scale } from './scenario.ts';

const run = z.looseObject({
  id: z.string(),
  status: z.string(),
  requests: z.number(),
  planned_requests: z.number().nullable(),
  eta_seconds: z.number().nullable(),
  waiting: z.object({ for: z.string(), until: z.string().nullable(), cause: z.string().nullable() }).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  ended_at: z.string().nullable(),
});
export type Run = z.output<typeof run>;

const runs = z.object({ items: z.array(run) });
const page = z.object({ total: z.number() });
const draft = z.object({ _id: z.string() });

export interface WorldSettings {
  readonly account: AccountDefinition;
  readonly env?: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly redisUrl?: string;
}

/** An account with an API and workers for it. */
export interface World {
  readonly account: SimulatedAccount;
  readonly api: RunningApp;
  readonly workers: readonly RunningApp[];
  /** Gives status and body; `null` where nothing answered. */
  send(method: string, path: string, body?: object): Promise<{ status: number; body: unknown } | null>;
  /** @param isBehind whether it waits behind one that runs */
  start(operation: 'import' | 'export', wishes?: { isBehind?: boolean }): Promise<Run>;
  run(id: string): Promise<Run>;
  ended(id: string, longestMs: number): Promise<Run>;
  /** Requests of all runs together, once they have ended. */
  allRequests(longestMs: number): Promise<number>;
  /** Makes local zones under the account's first network. */
  draftZones(count: number): Promise<void>;
  /** Resolves when the account has seen so many requests. */
  reached(requests: number): Promise<void>;
  /** Rows of the account that production does not have, or has too many of, and drafts that are left. */
  judge(): Promise<Pick<Finding, 'duplicates' | 'lost' | 'entities'>>;
  close(): Promise<void>;
}

/** What is imported: enough for a fault in the middle of it. */
export const accounts: Readonly<Record<Scale, AccountDefinition>> = {
  short: { account: 'L', scale: 0.2, settings: { latency_ms: 50 } },
  full: { account: 'R', settings: { latency_ms: 50 } },
};

const paths = { import: '/api/sync/all', export: '/api/sync/local-all' } as const;
/** Of each worker, where nothing else is said: so many requests can be under way when a fault begins. */
export const atOnce = 4;

async function createWorld(lab: Lab, settings: WorldSettings): Promise<World> {
  const id = randomBytes(6).toString('hex');
  const account = simulator(lab.simulator.url, `token-${id}`);
  await account.create(settings.account);
  const env = {
    BROADSTREET_API_URL: account.apiUrl,
    BROADSTREET_ACCESS_TOKEN: account.token,
    BROADSTREET_TIMEOUT_MS: '20000',
    BROADSTREET_SETTLE_MS: '1000',
    MONGODB_URI: lab.mongo.uriFor(`pace_${id}`),
    REDIS_URL: settings.redisUrl ?? lab.redis.url,
    QUEUE_PREFIX: `pace-${id}`,
    HOST: '127.0.0.1',
    PORT: '0',
    WORKER_CONCURRENCY: String(atOnce),
    LOG_LEVEL: 'warn',
    ...settings.env,
  };
  const [api, ...workers] = await Promise.all([
    spawnApp('api', env),
    ...Array.from({ length: settings.workers ?? 1 }, () => spawnApp('worker', env)),
  ]);

  const world: World = {
    account,
    api,
    workers,

    async send(method, path, body) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${api.url}${path}`, { method, headers, ...sent }).catch(() => null);
      return answer === null ? null : { status: answer.status, body: await answer.json() };
    },

    async start(operation, { isBehind = false } = {}) {
      const path = `${paths[operation]}${isBehind ? '?queue=true' : ''}`;
      return run.parse((await world.send('POST', path, {}))?.body);
    },

    async run(runId) {
      return run.parse((await world.send('GET', `/api/runs/${runId}`))?.body);
    },

    async ended(runId, longestMs) {
      const until = Date.now() + longestMs;
      for (;;) {
        const now = await world.run(runId);
        if (now.ended_at !== null) return now;
        if (Date.now() > until) throw new Error(`The run ${runId} does not end: ${JSON.stringify(now)}`);
        await delay(200);
      }
    },

    async allRequests(longestMs) {
      const { items } = runs.parse((await world.send('GET', '/api/runs'))?.body);
      const ended = await Promise.all(items.map((one) => world.ended(one.id, longestMs)));
      return ended.reduce((sum, { requests }) => sum + requests, 0);
    },

    async draftZones(count) {
      const network_id = Number((await account.state()).networks[0]?.id);
      for (let at = 0; at < count; at += 1) {
        draft.parse((await world.send('POST', '/api/local/zones', { name: `Zone ${at}`, network_id }))?.body);
      }
    },

    async reached(requests) {
      const isReached = async () => ((await account.stats()).total >= requests ? true : undefined);
      await waitUntil(`Request ${requests}`, 300_000, isReached);
    },

    async judge() {
      const state = await account.state();
      const counts = await Promise.all(
        Object.entries(state).map(async ([kind, rows]) => {
          const { total } = page.parse((await world.send('GET', `/api/${kind}?limit=1`))?.body);
          const left = page.parse((await world.send('GET', `/api/local/${kind}?limit=1`))?.body).total;
          return { wrong: Math.abs(rows.length - total) + left, rows: rows.length };
        }),
      );
      return {
        duplicates: (await account.duplicates()).created,
        lost: counts.reduce((sum, { wrong }) => sum + wrong, 0),
        entities: counts.reduce((sum, { rows }) => sum + rows, 0),
      };
    },

    async close() {
      await Promise.all([api, ...workers].map((app) => app.kill('SIGKILL')));
    },
  };
  return world;
}

/** Work in a world that is closed in any case. */
export async function inWorld<T>(lab: Lab, settings: WorldSettings, work: (world: World) => Promise<T>): Promise<T> {
  const world = await createWorld(lab, settings);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

/** What is wrong with the end of a run, in words. */
export function endedWell({ id, status, error }: Run): string[] {
  return status === 'succeeded' ? [] : [`the run ${id} ended as ${status}: ${error?.message ?? 'without an error'}`];
}

/** Requests whose answer was this, and those with any other; one without an answer has the status null. */
export function split(requests: readonly SimulatedRequest[], isBad: (status: number | null) => boolean) {
  const bad = requests.filter(({ status, answered }) => isBad(answered ? status : null));
  return { bad, good: requests.filter((request) => !bad.includes(request)) };
}
