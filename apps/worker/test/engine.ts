import { hasEnded, type KindName, kindNames, kinds, levels, remotePart } from '@broadstreet-sync/domain';
import { createRunQueues, type RunQueues } from '@broadstreet-sync/jobs';
import { createStore, type RunDocument, type RunRequest, type Store } from '@broadstreet-sync/store';
import { eventually, inFixedOrder, type RunningApp, stopApps, type TestBed, testBed } from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach } from 'vitest';

/** A test's own store and queues, as an API has them. */
export interface Engine {
  readonly bed: TestBed;
  readonly store: Store;
  readonly queues: RunQueues;
  /** Stores a run and enqueues it. */
  trigger(request?: Partial<RunRequest>): Promise<RunDocument>;
  /** Resolves when the run has ended. */
  ended(id: string, timeoutMs?: number): Promise<RunDocument>;
  run(request?: Partial<RunRequest>): Promise<RunDocument>;
  close(): Promise<void>;
}

/** Settings with which what was lost is decided in seconds. */
export const quick = { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '1000', LOG_LEVEL: 'warn' };

export async function createEngine(): Promise<Engine> {
  const bed = testBed();
  const store = await createStore(bed.mongoUri);
  const queues = createRunQueues({ redisUrl: bed.redisUrl, prefix: bed.queuePrefix });

  const parts = {
    async trigger(request: Partial<RunRequest> = {}): Promise<RunDocument> {
      const full: RunRequest = {
        operation: 'import',
        mode: 'full',
        kinds: [...kindNames],
        only: null,
        filters: {},
        dry_run: false,
        conflicts: 'remote_wins',
        confirm: [],
        requested_by: 'test',
        retry_of: null,
        idempotency_key: null,
        ...request,
      };
      const { run } = await store.runs.trigger(full, false);
      await queues.startRun(run);
      return run;
    },

    ended(id: string, timeoutMs = 60_000): Promise<RunDocument> {
      const look = async () => {
        const run = await store.runs.get(id);
        return run !== null && hasEnded(run.status) ? run : undefined;
      };
      return eventually(look, { timeoutMs });
    },

    async run(request: Partial<RunRequest> = {}): Promise<RunDocument> {
      const { _id } = await parts.trigger(request);
      return parts.ended(_id);
    },
  };
  return {
    bed,
    store,
    queues,
    ...parts,
    async close() {
      await queues.close();
      await store.close();
    },
  };
}

/** Resolves with the worker that holds a task of the run, once one of these does. */
export function holderOf(engine: Engine, runId: string, workers: readonly RunningApp[]): Promise<RunningApp> {
  const look = async () => {
    const held = await engine.store.tasks.list({ run_id: runId, state: 'running', owner: { $type: 'string' } }, 0, 100);
    const owners = held.items.map(({ owner }) => owner ?? '');
    return workers.find(({ pid }) => owners.some((owner) => owner.includes(`-${pid}-`)));
  };
  return eventually(look, { timeoutMs: 60_000 });
}

/**
 * An engine of its own for each test of a file; it goes with the test, and so do its apps.
 *
 * @returns what gives the engine of the test that runs
 */
export function engineOfEach(): () => Engine {
  let current: Engine | null = null;
  beforeEach(async () => {
    current = await createEngine();
  });
  afterEach(async () => {
    await stopApps();
    await current?.close();
  });
  return () => {
    if (current === null) throw new Error('no test runs');
    return current;
  };
}

type Rows = Record<string, unknown>[];

/** Production without what is ours, in a fixed order. */
export async function productionRows(store: Store, kind: KindName): Promise<Rows> {
  const { items } = await store.production.page(kind, {}, {}, 0, 1_000_000);
  return inFixedOrder(items.map((item) => remotePart(item)));
}

export const allKinds = levels.flat().map(({ name }) => kinds[name].name);

/** As FLUSHALL, for the keys of this test alone. */
export async function emptyRedis({ bed }: Pick<Engine, 'bed'>): Promise<void> {
  const redis = new Redis(bed.redisUrl);
  const keys = await redis.keys(`*${bed.queuePrefix}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}
