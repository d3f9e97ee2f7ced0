import { spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine, quick } from './engine.ts';

it('a run whose lower levels were taken out of the queue by hand does all of its work', async () => {
  const engine = await createEngine();
  onTestFinished(async () => {
    await stopApps();
    await engine.close();
  });
  await engine.bed.remote.create({ account: 'R' });
  const { _id: id } = await engine.trigger();
  const [orchestration] = engine.queues.queues;
  await orchestration?.remove(`level-${id}-1-3`);
  await spawnApp('worker', { ...engine.bed.env, ...quick });

  const run = await engine.ended(id);

  expect(run).toMatchObject({ status: 'succeeded', generation: 2 });
  expect(run.changes).toMatchObject({ networks: { inserted: 2 }, placements: { inserted: 4358 } });
  const progress = (await engine.store.tasks.progress([id])).get(id);
  for (const { completed, total } of progress?.values() ?? []) expect(completed).toBe(total);
});
