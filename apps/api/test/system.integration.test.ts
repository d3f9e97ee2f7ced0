import type { RunView } from '@broadstreet-sync/contract';
import { kindNames, kinds, levels, remotePart, unverifiableFields } from '@broadstreet-sync/domain';
import { eventually, expectedRows, inFixedOrder, type RunningApp } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiClient, entity, runView } from './api-client.ts';
import { draftAccount, draftCopies, layGrounds, makeDrafts, unwelcome } from './drafts.ts';
import { expectExported, plannedRequests } from './expect-exported.ts';
import { createSystem, type System, tasksAtOnce } from './system.ts';

// One system for all: each test mends what the one before broke, and needs nothing else of it.
let system: System;
let apis: ApiClient[] = [];
let workers: RunningApp[] = [];

beforeAll(async () => {
  system = await createSystem();
  await system.bed.remote.create({ account: 'R' });
});

beforeEach(async () => {
  // What an earlier test left here would be exported too.
  await Promise.all(kindNames.map((kind) => system.db.collection(`local_${kind}`).deleteMany({})));
  const missing = { apis: 2 - apis.length, workers: 3 - workers.length };
  const [newApis, newWorkers] = await Promise.all([
    Promise.all(Array.from({ length: missing.apis }, () => system.startApi())),
    Promise.all(Array.from({ length: missing.workers }, () => system.startWorker())),
  ]);
  apis = [...apis, ...newApis];
  workers = [...workers, ...newWorkers];
});

afterAll(() => system.close());

/** As a crash: nothing is put in order. */
async function kill(app: RunningApp): Promise<void> {
  await app.kill('SIGKILL');
  apis = apis.filter((api) => api.app !== app);
  workers = workers.filter((worker) => worker !== app);
}

function api(at: 0 | 1): ApiClient {
  const found = apis[at];
  if (found === undefined) throw new Error('it is not up');
  return found;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Resolves when so many tasks of a run are done that it is in the middle of its work. */
function reached(run: RunView, tasks: number): Promise<unknown> {
  const done = { run_id: run.id, state: 'completed' };
  return eventually(async () => (await system.db.collection('tasks').countDocuments(done)) >= tasks, longWait);
}

const longWait = { timeoutMs: 60_000 };
const owned = z.object({ owner: z.string() });

/** Resolves with the worker that holds a document, once one is held. */
function holderOf(collection: string, filter: Record<string, unknown>): Promise<RunningApp> {
  const look = async () => {
    const found = await system.db.collection(collection).findOne({ ...filter, owner: { $type: 'string' } });
    return found === null ? undefined : system.ownerOf(owned.parse(found).owner);
  };
  return eventually(look, longWait);
}

/** Every row of the account, and no other, with the account's own fields; those that no list has are kept apart. */
async function expectInStep(): Promise<void> {
  const state = await system.bed.remote.state();
  for (const kind of kindNames) {
    const unlisted = unverifiableFields(kinds[kind]);
    const documents = (await api(0).list(entity, `/api/${kind}`)).map((document) =>
      Object.fromEntries(Object.entries(remotePart(document)).filter(([field]) => !unlisted.includes(field))),
    );
    expect(inFixedOrder(documents), kind).toEqual(expectedRows(state, kind));
  }
}

async function importAll(): Promise<void> {
  await system.bed.remote.changeSettings({ latency_ms: 0 });
  const { id } = await api(0).start('/api/sync/all');
  expect(await api(0).ended(id)).toMatchObject({ status: 'succeeded' });
}

/** One list of all networks, three of each network, one of each advertiser and of each campaign. */
async function plannedLists(): Promise<number> {
  const { networks, advertisers, campaigns } = await system.bed.remote.state();
  return 1 + 3 * networks.length + advertisers.length + campaigns.length;
}

/** What was planned, and up to two requests more for each that one worker had under way when it ended. */
async function expectRequests(after: number, planned: number): Promise<void> {
  const sent = (await system.bed.remote.requests(after)).length;
  expect(sent).toBeGreaterThanOrEqual(planned);
  expect(sent).toBeLessThanOrEqual(planned + 2 * tasksAtOnce);
}

async function lastRequest(): Promise<number> {
  return (await system.bed.remote.requests()).at(-1)?.seq ?? 0;
}

/** Progress never goes back, and never past its total. */
function expectForward(views: readonly RunView[]): void {
  for (const [at, { kinds: now }] of views.entries()) {
    for (const kind of kindNames) {
      const [one, two] = [doneOf(views[at - 1]?.kinds[kind]), doneOf(now[kind])];
      expect(two.done, kind).toBeGreaterThanOrEqual(one.done);
      expect(two.done, kind).toBeLessThanOrEqual(two.total ?? two.done);
      if (one.total !== null) expect(two.total, kind).toBe(one.total);
    }
  }
}

function doneOf(progress: RunView['kinds']['networks']): { done: number; total: number | null } {
  const { total = null, completed = 0, failed = 0, blocked = 0, skipped = 0 } = progress ?? {};
  return { total, done: completed + failed + blocked + skipped };
}

async function flushAll(): Promise<void> {
  expect(await system.redis.dbsize()).toBeGreaterThan(0);
  await system.redis.flushall();
}

const accepted = runView.transform(({ id }) => id);
const refused = z.object({ code: z.literal('run_in_progress'), run: runView }).transform(({ run }) => run.id);

interface Span {
  readonly from: number;
  readonly to: number;
}

/** No create of a level before the level below has ended; both kinds of level 2 at the same time. */
async function expectInLevels(after: number): Promise<void> {
  const creates = (await system.bed.remote.requests(after)).filter(({ method }) => method === 'POST');
  const spanOf = (paths: readonly string[]): Span => {
    const own = creates.filter(({ route }) => paths.some((path) => route === `POST ${path}`));
    return { from: Math.min(...own.map(({ at }) => at)), to: Math.max(...own.map((one) => one.ended_at ?? Infinity)) };
  };
  const spans = levels.map((level) => spanOf(level.map(({ create }) => create.path)));
  for (const [at, { from }] of spans.entries()) {
    if (at > 0) expect(from, `level ${at + 1}`).toBeGreaterThanOrEqual(spans[at - 1]?.to ?? Infinity);
  }
  const [one, two] = [spanOf(['/advertisers']), spanOf(['/zones'])];
  expect(one.from).toBeLessThan(two.to);
  expect(two.from).toBeLessThan(one.to);
}

describe('two API and three worker processes', () => {
  it('import an account, watched where it was not started, while a worker is killed', async () => {
    const { remote } = system.bed;
    await remote.changeSettings({ latency_ms: 50 });
    const before = await lastRequest();
    const run = await api(0).start('/api/sync/all');
    const watched = collect(api(1).watch(run.id));
    await reached(run, 40);

    await kill(await holderOf('tasks', { run_id: run.id, state: 'running' }));

    const views = await watched;
    expect(views.at(-1)).toMatchObject({ status: 'succeeded', error: null });
    expect(views.length).toBeGreaterThan(2);
    expectForward(views);
    await expectInStep();
    await expectRequests(before, await plannedLists());
  });

  it('export a whole local account, while a worker is killed between a request and its answer', async () => {
    const { remote } = system.bed;
    const grounds = await layGrounds(remote);
    await importAll();
    const drafts = [...draftAccount(grounds), ...draftCopies(8, 'Copy', grounds)];
    const ids = await makeDrafts(api(0), drafts);
    const refusal = { type: 'status', status: 422, errors: { notes: ['is not welcome'] } };
    await remote.addFault({ method: 'POST', route: '/advertisers', name: unwelcome, fault: refusal });
    const lost = { type: 'hang', commit: true };
    await remote.addFault({ method: 'POST', route: '/campaigns', name: 'Spring', count: 1, fault: lost });
    await remote.changeSettings({ latency_ms: 600 });
    const after = await lastRequest();
    const run = await api(1).start('/api/sync/local-all', { confirm: ['networks'] });
    await eventually(async () => (await remote.requests(after)).some(({ route }) => route === 'POST /zones'), longWait);
    await remote.changeSettings({ latency_ms: 100 });
    await eventually(async () => (await remote.state()).campaigns.some(({ name }) => name === 'Spring'), longWait);

    await kill(await holderOf('intents', { name: 'Spring', state: 'sending' }));

    const ended = await api(0).ended(run.id);
    await remote.clearFaults();
    await expectExported({ system, api: api(0), run: ended, drafts, ids, after });
    await expectInLevels(after);
    await expectRequests(after, plannedRequests(drafts));
  });

  it('end an import and an export right though Redis loses everything in the middle of each', async () => {
    const { remote } = system.bed;
    const grounds = await layGrounds(remote);
    await remote.changeSettings({ latency_ms: 50 });
    const importing = await api(0).start('/api/sync/all');
    await reached(importing, 40);
    await flushAll();
    expect(await api(1).ended(importing.id)).toMatchObject({ status: 'succeeded', error: null });
    await expectInStep();

    const drafts = draftCopies(8, 'Flushed', grounds);
    const ids = await makeDrafts(api(0), drafts);
    const after = await lastRequest();
    await remote.changeSettings({ latency_ms: 100 });
    const exporting = await api(0).start('/api/sync/local-all');
    await reached(exporting, 12);
    await flushAll();
    const run = await api(1).ended(exporting.id);
    await expectExported({ system, api: api(0), run, drafts, ids, after });
    await expectRequests(after, plannedRequests(drafts));
  });

  it('make one run of twenty triggers that come at once', async () => {
    await system.bed.remote.changeSettings({ latency_ms: 300 });
    const before = await api(0).list(runView, '/api/runs');
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, at) => api(at % 2 === 0 ? 0 : 1).send('POST', '/api/sync/networks')),
    );

    const named = replies.map(({ status, text }) => (status === 202 ? accepted : refused).parse(JSON.parse(text)));
    expect(replies.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 19 }, () => 409)]);
    expect(new Set(named).size).toBe(1);
    expect(await api(1).ended(String(named[0]))).toMatchObject({ status: 'succeeded' });
    expect(await api(0).list(runView, '/api/runs')).toHaveLength(before.length + 1);
  });

  it('run what an API accepted just before it was killed, once', async () => {
    const after = await lastRequest();
    const taken = await api(0).start('/api/sync/networks');
    await kill(api(0).app);
    expect(await api(0).ended(taken.id)).toMatchObject({ status: 'succeeded' });

    // This one cannot hand its run to the queue before it dies.
    const apart = await system.startApi({ REDIS_URL: 'redis://127.0.0.1:1' });
    const kept = await apart.start('/api/sync/networks');
    await apart.app.kill('SIGKILL');
    expect(await api(0).ended(kept.id)).toMatchObject({ status: 'succeeded' });
    expect((await system.bed.remote.requests(after)).map(({ route }) => route)).toEqual([
      'GET /networks',
      'GET /networks',
    ]);
  });
});
