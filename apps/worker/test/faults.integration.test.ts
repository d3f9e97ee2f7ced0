import { eventually, expectedRows, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, emptyRedis, holderOf, productionRows, quick } from './engine.ts';
import { addLocalAccount, countEverywhere } from './local-account.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

const exportAll = { operation: 'export' as const, kinds: [...allKinds] };

async function completed(runId: string): Promise<number> {
  const progress = (await engine.store.tasks.progress([runId])).get(runId);
  return [...(progress?.values() ?? [])].reduce((sum, kind) => sum + kind.completed, 0);
}

/** Resolves when the run has come so far that it is in the middle of its work. */
function reached(runId: string, tasks: number): Promise<unknown> {
  return eventually(async () => ((await completed(runId)) >= tasks ? true : undefined), { timeoutMs: 60_000 });
}

async function expectInStep(): Promise<void> {
  const state = await engine.bed.remote.state();
  for (const kind of allKinds)
    expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(state, kind));
}

/** Why tasks of a run were not done. */
async function refusals(runId: string): Promise<unknown[]> {
  const { items } = await engine.store.tasks.list({ run_id: runId, state: { $in: ['failed', 'blocked'] } }, 0, 100);
  return items.map(({ title, error }) => ({ title, error }));
}

/** Every entity once in the account, in production, and nowhere else. */
async function expectExported(exported: number): Promise<void> {
  expect((await engine.bed.remote.duplicates()).created).toBe(0);
  expect(await countEverywhere(engine)).toEqual({ remote: exported + 1, local: 0, production: exported + 1 });
}

describe('three workers', () => {
  it('finish an import of which one was killed that held a task of it', async () => {
    await engine.bed.remote.create({ account: 'R', settings: { latency_ms: 50 } });
    const env = { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '4' };
    const workers = await Promise.all([spawnApp('worker', env), spawnApp('worker', env), spawnApp('worker', env)]);
    const run = await engine.trigger();
    await reached(run._id, 40);

    await (await holderOf(engine, run._id, workers)).kill('SIGKILL');

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    await expectInStep();
  });

  it('finish an export of which one was killed that held a task of it, without a duplicate or a loss', async () => {
    await engine.bed.remote.create({ account: 'bare', settings: { latency_ms: 50 } });
    const env = { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '4' };
    const workers = await Promise.all([spawnApp('worker', env), spawnApp('worker', env), spawnApp('worker', env)]);
    await engine.run();
    const count = await addLocalAccount(engine, 20);
    const run = await engine.trigger(exportAll);
    await reached(run._id, 30);

    await (await holderOf(engine, run._id, workers)).kill('SIGKILL');

    expect(await engine.ended(run._id, 90_000)).toMatchObject({ status: 'succeeded' });
    await expectExported(count);
  });
});

describe('Redis emptied in mid-run', () => {
  it('does not keep an import from its end', async () => {
    await engine.bed.remote.create({ account: 'R', settings: { latency_ms: 50 } });
    await spawnApp('worker', { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '4' });
    const run = await engine.trigger();
    await reached(run._id, 40);

    await emptyRedis(engine);

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    await expectInStep();
  });

  it('does not keep an export from its end, nor make a duplicate', async () => {
    await engine.bed.remote.create({ account: 'bare', settings: { latency_ms: 50 } });
    await spawnApp('worker', { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '4' });
    await engine.run();
    const count = await addLocalAccount(engine, 20);
    const run = await engine.trigger(exportAll);
    await reached(run._id, 30);

    await emptyRedis(engine);

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    await expectExported(count);
  });
});

describe('an answer that is lost', () => {
  it('is looked up when it is surely decided, and what was created is adopted', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    await engine.run();
    const count = await addLocalAccount(engine, 10);
    await engine.bed.remote.addFault({ method: 'POST', probability: 0.2, fault: { type: 'commit_then_reset' } });

    const run = await engine.run(exportAll);

    expect(await refusals(run._id)).toEqual([]);
    expect(run).toMatchObject({ status: 'succeeded' });
    await expectExported(count);
    const sent = (await engine.bed.remote.journal()).filter(({ method }) => method === 'POST');
    expect(sent).toHaveLength(count);
    expect(sent.filter(({ committed, answered }) => committed && !answered)).not.toEqual([]);
  });

  it('of a request that was never carried out is sent again', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    await engine.run();
    const count = await addLocalAccount(engine, 2);
    await engine.bed.remote.addFault({ method: 'POST', count: 3, fault: { type: 'reset_before_commit' } });

    const run = await engine.run(exportAll);

    expect(await refusals(run._id)).toEqual([]);
    await expectExported(count);
  });
});

describe('an import beside an export', () => {
  it('loses nothing of what the export makes', async () => {
    await engine.bed.remote.create({ account: 'bare', settings: { latency_ms: 30 } });
    const env = { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '6' };
    await Promise.all([spawnApp('worker', env), spawnApp('worker', env)]);
    await engine.run();
    const count = await addLocalAccount(engine, 20);
    const run = await engine.trigger(exportAll);
    let imports = 0;
    while ((await engine.store.runs.get(run._id))?.ended_at === null) {
      expect(await engine.run()).toMatchObject({ status: 'succeeded' });
      imports += 1;
    }

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    expect(imports).toBeGreaterThan(1);
    await expectExported(count);
    const flagged = await engine.store.production.page(
      'zones',
      { created_locally: true, synced_with_api: true },
      {},
      0,
      1,
    );
    expect(flagged.total).toBe(20);
    await engine.run();
    await expectExported(count);
  });
});

describe('a run that is cancelled', () => {
  it('sends nothing new, ends as cancelled, and what is left is exported by the next', async () => {
    await engine.bed.remote.create({ account: 'bare', settings: { latency_ms: 100 } });
    await spawnApp('worker', { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '2' });
    await engine.run();
    const count = await addLocalAccount(engine, 10);
    const run = await engine.trigger(exportAll);
    await reached(run._id, 5);

    await engine.store.runs.requestStop(run._id, 'cancelled', null);
    const ended = await engine.ended(run._id);
    const sent = (await engine.bed.remote.journal()).length;

    expect(ended.status).toBe('cancelled');
    expect(sent).toBeLessThan(count);
    const progress = (await engine.store.tasks.progress([run._id])).get(run._id);
    for (const kind of progress?.values() ?? []) {
      expect(kind.completed + kind.failed + kind.blocked + kind.skipped).toBe(kind.total);
    }
    expect(await engine.run(exportAll)).toMatchObject({ status: 'succeeded' });
    await expectExported(count);
  });

  it('leaves production as it was when it was an import', async () => {
    await engine.bed.remote.create({ account: 'R', settings: { latency_ms: 100 } });
    await spawnApp('worker', { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '2' });
    const run = await engine.trigger();
    await reached(run._id, 5);

    await engine.store.runs.requestStop(run._id, 'cancelled', null);

    expect((await engine.ended(run._id)).status).toBe('cancelled');
    expect((await countEverywhere(engine)).production).toBe(0);
  });
});

describe('a worker that is told to stop', () => {
  it('ends in order with exit code 0 in mid-export, and another goes on', async () => {
    await engine.bed.remote.create({ account: 'bare', settings: { latency_ms: 50 } });
    const env = { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '4' };
    const first = await spawnApp('worker', env);
    await engine.run();
    const count = await addLocalAccount(engine, 20);
    const run = await engine.trigger(exportAll);
    await reached(run._id, 20);
    await spawnApp('worker', env);

    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    await expectExported(count);
    expect((await engine.bed.remote.journal()).filter(({ method }) => method === 'POST')).toHaveLength(count);
  });
});

describe('settings', () => {
  it('that only allow reading end an export as failed without a write', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick, BROADSTREET_READ_ONLY: 'true' });
    await addLocalAccount(engine, 1);

    const run = await engine.run(exportAll);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'read_only' } });
    expect(run.error?.remedy).toContain('BROADSTREET_READ_ONLY');
    expect(await engine.bed.remote.journal()).toEqual([]);
  });

  it("make an empty store the account's of the first worker, though nothing is imported yet", async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    await expect(engine.store.account.check('https://one.example/api/1', 'any')).rejects.toThrow(
      engine.bed.remote.apiUrl,
    );
  });

  it('of another account are refused at start, with both named', async () => {
    await engine.store.account.claim('https://one.example/api/1', 'any');

    await expect(spawnApp('worker', { ...engine.bed.env, ...quick })).rejects.toThrow(
      new RegExp(`https://one\\.example/api/1.*${engine.bed.remote.apiUrl}`),
    );
  });

  it('with another queue prefix on the same store are refused at start, with both named', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    await expect(spawnApp('worker', { ...engine.bed.env, ...quick, QUEUE_PREFIX: 'elsewhere' })).rejects.toThrow(
      new RegExp(`${engine.bed.queuePrefix}.*elsewhere`),
    );
  });
});
