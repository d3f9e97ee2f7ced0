import { eventually, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

const exportZones = { operation: 'export' as const, kinds: ['zones' as const] };

async function addZones(count: number): Promise<void> {
  const [network] = (await engine.bed.remote.state()).networks;
  const network_id = Number(network?.id);
  for (let at = 0; at < count; at += 1) await engine.store.locals.create('zones', { name: `Zone ${at}`, network_id });
}

it('a cancelled run ends within seconds also while all that is left of it waits for a later time', async () => {
  await engine.bed.remote.create({ account: 'bare' });
  await spawnApp('worker', { ...engine.bed.env, ...quick, BROADSTREET_SETTLE_MS: '50000' });
  await engine.run();
  await addZones(1);
  await engine.bed.remote.addFault({ method: 'POST', count: 1, fault: { type: 'commit_then_reset' } });
  const run = await engine.trigger(exportZones);
  const isWaiting = async () =>
    (await engine.store.tasks.nextDue({ run: run._id, kind: 'zones', stage: 'levels' })) ?? undefined;
  await eventually(isWaiting, { timeoutMs: 20_000 });

  await engine.store.runs.requestStop(run._id, 'cancelled', null);

  expect(await engine.ended(run._id, 25_000)).toMatchObject({ status: 'cancelled' });
});

it('a cancelled run of many entities ends when its writes have, and counts them', async () => {
  await engine.bed.remote.create({ account: 'bare' });
  await spawnApp('worker', { ...engine.bed.env, ...quick, BROADSTREET_TIMEOUT_MS: '20000', WORKER_CONCURRENCY: '4' });
  await engine.run();
  await addZones(1100);
  await engine.bed.remote.changeSettings({ latency_ms: 4000 });
  const run = await engine.trigger(exportZones);
  const isSending = async () => ((await engine.bed.remote.stats()).in_flight === 4 ? true : undefined);
  await eventually(isSending, { timeoutMs: 30_000 });

  await engine.store.runs.requestStop(run._id, 'cancelled', null);
  await engine.queues.cancelRun(run);

  expect(await engine.ended(run._id)).toMatchObject({ status: 'cancelled' });
  const { items } = await engine.store.tasks.list({ run_id: run._id, state: 'completed', action: 'create' }, 0, 10);
  const made = (await engine.bed.remote.journal()).filter(({ committed }) => committed);
  expect(items).toHaveLength(made.length);
  expect(await engine.store.locals.inOrder('zones', null).toArray()).toHaveLength(1100 - made.length);
});
