import type { TaskDocument } from '@broadstreet-sync/store';
import { eventually, type RunningApp, spawnApp } from '@broadstreet-sync/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { engineOfEach } from './engine.ts';

/** A lease of 4 s: one request, and three more. */
const settings = {
  BROADSTREET_TIMEOUT_MS: '1000',
  BROADSTREET_SETTLE_MS: '1000',
  WORKER_CONCURRENCY: '1',
  LOG_LEVEL: 'warn',
};
const twoLeasesMs = 8000;

const engine = engineOfEach();

beforeEach(async () => {
  await engine().bed.remote.create({ account: 'bare' });
  const importer = await spawnApp('worker', { ...engine().bed.env, ...settings });
  await engine().run();
  await importer.kill('SIGTERM');
});

interface Paused {
  readonly worker: RunningApp;
  readonly runId: string;
}

/** An export whose worker is paused at a point for longer than two leases, while another one comes and finishes it. */
async function finishedWithout(point: string): Promise<Paused> {
  const network_id = Number((await engine().bed.remote.state()).networks[0]?.id);
  for (const name of ['A', 'B', 'C', 'D']) await engine().store.locals.create('zones', { name, network_id });
  const worker = await spawnApp(
    'worker',
    { ...engine().bed.env, ...settings, BROADSTREET_TEST_STOP: `${point}:2` },
    'test',
  );
  const { _id: runId } = await engine().trigger({ operation: 'export', kinds: ['zones'] });
  await worker.waitForLine(new RegExp(`^SIGSTOP at ${point}$`));
  const pausedAt = performance.now();
  await spawnApp('worker', { ...engine().bed.env, ...settings });
  expect(await engine().ended(runId)).toMatchObject({ status: 'succeeded' });
  await eventually(() => performance.now() - pausedAt > twoLeasesMs);
  return { worker, runId };
}

async function sweepOf(runId: string): Promise<TaskDocument | undefined> {
  return (await engine().store.tasks.list({ run_id: runId, action: 'sweep' }, 0, 10)).items.find(
    ({ result }) => (result?.removed?.length ?? 0) + (result?.left?.length ?? 0) > 0,
  );
}

async function posts(): Promise<number> {
  return (await engine().bed.remote.journal()).filter(({ method }) => method === 'POST').length;
}

async function duplicates(): Promise<number> {
  return (await engine().bed.remote.duplicates()).created;
}

describe('a worker that is paused for longer than two leases', () => {
  it('before it checks its lease sends nothing when it goes on: its late writes are refused', async () => {
    const { worker } = await finishedWithout('before_lease_check');

    worker.signal('SIGCONT');

    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await duplicates()).toBe(0);
    expect(await posts()).toBe(4);
    expect(await engine().store.locals.inOrder('zones', null).toArray()).toEqual([]);
  });

  it('after it has checked its lease makes a second one, which is found and removed', async () => {
    const { worker, runId } = await finishedWithout('before_request');
    expect(await posts()).toBe(4);

    worker.signal('SIGCONT');

    const sweep = await eventually(() => sweepOf(runId));
    expect(await posts()).toBe(5);
    const late = (await engine().bed.remote.journal()).filter(({ method }) => method === 'POST').at(-1);
    expect(sweep).toMatchObject({ state: 'completed', kind: 'zones', result: { removed: [String(late?.id)] } });
    expect(await duplicates()).toBe(0);
    const { total } = await engine().store.production.page('zones', { created_locally: true }, {}, 0, 1);
    expect(total).toBe(4);
  });
});
