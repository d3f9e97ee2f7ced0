import { eventually, spawnApp, stopApps, vitalsOf, withVitals } from '@broadstreet-sync/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';

/** More than are published in one transaction. */
const zones = 60_000;
const mebibyte = 1024 * 1024;

async function importZones({ store, trigger, ended }: Engine) {
  const { _id: id } = await trigger({ kinds: ['zones'] });
  const run = await ended(id, 600_000);
  // What was published is moved into the history after the end.
  await eventually(async () => (await store.runs.get(id))?.archive === null, { timeoutMs: 600_000 });
  return run;
}

it('a list of many thousand rows needs little memory, and holds the worker up at no time', {
  timeout: 1_800_000,
}, async () => {
  const engine = await createEngine();
  onTestFinished(async () => {
    await stopApps();
    await engine.close();
  });
  const { remote, env } = engine.bed;
  const none = { advertisers: 0, advertisements: 0, campaigns: 0, placements: 0 };
  await remote.create({ account: 'L', counts: { ...none, zones } });
  const worker = await spawnApp('worker', { ...env, ...quick, ...withVitals, BROADSTREET_TIMEOUT_MS: '60000' });
  await vitalsOf(worker);

  const first = await importZones(engine);
  const [renamed, removed] = (await remote.state()).zones;
  await remote.edit({ kind: 'zones', op: 'update', id: Number(renamed?.id), fields: { name: 'Another name' } });
  await remote.edit({ kind: 'zones', op: 'remove', id: Number(removed?.id) });
  const second = await importZones(engine);

  const { peakRss, longestBlockMs } = await vitalsOf(worker);
  expect(first.changes.zones).toMatchObject({ inserted: zones });
  expect(second.changes.zones).toMatchObject({ inserted: 0, updated: 1, removed: 1, unchanged: zones - 2 });
  expect(await engine.store.production.get('zones', String(removed?.id))).toBeNull();
  expect(peakRss).toBeLessThan(256 * mebibyte);
  expect(longestBlockMs).toBeLessThan(100);
});
