import type { BudgetState } from '@broadstreet-sync/budget';
import { pathOf, type Route } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { createRunQueues } from '@broadstreet-sync/jobs';
import { createLogger } from '@broadstreet-sync/runtime';
import { createStore, type PlannedTask, type ProductionDocument, type Store, taskId } from '@broadstreet-sync/store';
import { type TestBed, testBed } from '@broadstreet-sync/testkit';
import { type Db, MongoClient } from 'mongodb';
import supertest from 'supertest';
import { createApi } from '../create-api.ts';
import type { ApiParts } from '../parts.ts';
import type { RateState } from '../runs/rate-state.ts';
import { createFitsOpenApi } from './fits-openapi.ts';

/** An API of a test's own on real stores, without a worker. */
export interface ApiBed {
  readonly bed: TestBed;
  readonly store: Store;
  readonly queues: ReturnType<typeof createRunQueues>;
  /** As another tool sees the database. */
  readonly db: Db;
  readonly http: ReturnType<typeof supertest>;
  readonly api: ReturnType<typeof createApi>;
  /** Asks a route. */
  call(route: Route | undefined, request?: ApiRequest): Promise<supertest.Response>;
  /** Forgets all that was stored; indexes stay. */
  clear(): Promise<void>;
  /** @throws Error when any answer was none that the OpenAPI document has */
  close(): Promise<void>;
}

export interface ApiRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Undefined ones are not sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
}

const situation = {
  base_url: 'http://127.0.0.1:4010/api/1',
  rate: 'auto',
  rate_max: 5,
  read_only: false,
  timeout_ms: 30_000,
  queue_prefix: 'test',
  history_days: 365,
  mongodb: '127.0.0.1/test',
  redis: '127.0.0.1:6379',
};

const fitsOpenApi = createFitsOpenApi();

const givenToken = { isGiven: true, now: () => 'a token', refresh: async () => undefined };

/** Of an API that asks Broadstreet for nothing. */
const noRemote: ApiParts['remote'] = {
  list: () => Promise.reject(new Error('this API has no connection to Broadstreet')),
};

/** @param changes parts that are to be other than usual */
export async function createApiBed(changes: Partial<ApiParts> = {}): Promise<ApiBed> {
  const bed = testBed();
  const store = changes.store ?? (await createStore(bed.mongoUri));
  const queues = createRunQueues({ redisUrl: bed.redisUrl, prefix: bed.queuePrefix });
  const client = new MongoClient(bed.mongoUri);
  const misfits: string[] = [];
  const onAnswer: ApiParts['onAnswer'] = (route, answer) => {
    try {
      fitsOpenApi(route, answer);
    } catch (error) {
      misfits.push(String(error));
      throw error;
    }
  };
  const api = createApi({
    store,
    queues,
    log: createLogger({ name: 'api', level: 'silent' }),
    baseUrl: 'http://127.0.0.1:4010/api/1',
    readMode: () => 'demo',
    networks: null,
    readOnly: false,
    rateSettings: { rate: 'auto', rateMax: 5 },
    mayBeOpen: true,
    secretKey: 'x'.repeat(32),
    dashboardFolder: null,
    readRate: async () => ({ rate: null, pausedUntil: null }),
    remote: noRemote,
    tokens: { source: givenToken, seal: undefined, withToken: () => ({ ...noRemote, close: () => undefined }) },
    onAnswer,
    situation,
    ...changes,
  });
  const http = supertest(api.app);
  const db = client.db(bed.database);
  return {
    bed,
    store,
    queues,
    db,
    http,
    api,
    async call(route, { params = {}, query = {}, headers = {}, body } = {}) {
      if (route === undefined) throw new Error('there is no such route');
      const request = http[route.method](pathOf(route, params)).query(query);
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) request.set(name, value);
      return request.send(body);
    },
    async clear() {
      const collections = await db.collections();
      await Promise.all(collections.map((collection) => collection.deleteMany({})));
    },
    async close() {
      api.close();
      await Promise.all([queues.close(), store.close(), client.close()]);
      if (misfits.length > 0) throw new Error(misfits.join('\n'));
    },
  };
}

/** A task as a planner gives it. */
export function plannedTask(runId: string, kind: KindName, changes: Partial<PlannedTask> = {}): PlannedTask {
  return {
    run_id: runId,
    kind,
    action: 'list',
    subject: 'account',
    title: `list ${kind}`,
    parents: {},
    order: 0,
    counted: true,
    ...changes,
  };
}

/** Stores a task that has come to its end. */
export async function endedTask(
  store: Store,
  task: PlannedTask,
  end: Parameters<Store['tasks']['end']>[2],
): Promise<void> {
  await store.tasks.plan([task]);
  await store.tasks.end(taskId(task), null, end, { requests: 1, retries: 0, rate_limited: 0, waited_ms: 5 });
}

/** A production document with what is ours in it. */
export function productionDocument(key: string, fields: Record<string, unknown>): ProductionDocument {
  const at = new Date('2026-11-01T10:00:00Z');
  return {
    ...fields,
    _id: key,
    created_locally: false,
    synced_with_api: false,
    synced_at: at,
    sync: { hash: 'x', revision: 3, written_at: at, run_id: 'run', edited: [], base: {}, dangling: false },
  };
}

/** What the rate budget says where all is well and nothing is under way, with changes. */
export function rateState(changes: Partial<BudgetState>): RateState {
  const live: BudgetState = {
    rate: 5,
    found: null,
    pausedUntilMs: null,
    aheadMs: 0,
    breaker: null,
    latencyMs: null,
    used: 0,
    waiting: 0,
    inFlight: 0,
    ...changes,
  };
  const pausedUntil = live.pausedUntilMs === null ? null : new Date(live.pausedUntilMs);
  return { rate: live.rate, pausedUntil, live };
}

/** The intent of a create, as a run plans it. */
export function planIntent(store: Store, kind: KindName, localId: string, runId = 'run'): Promise<void> {
  const names = { name: 'Late', sent_name: 'Late', name_key: null };
  const fields = { parents: {}, ancestors: {}, content: '', payload: {}, before_ids: [] };
  return store.intents.plan([{ local_id: localId, kind, run_id: runId, ...names, ...fields }]);
}

/** Its request leaves; gives the fence that it was claimed with. */
export async function sendIntent(store: Store, localId: string): Promise<number> {
  const claimed = await store.intents.claim(localId, 'test', 60_000);
  if (claimed === null || claimed === 'twin') throw new Error('the intent cannot be claimed');
  await store.intents.sending(localId, claimed.fence, 0, 1);
  return claimed.fence;
}
