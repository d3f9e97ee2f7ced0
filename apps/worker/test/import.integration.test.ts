import { spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, expectedRows, productionRows, quick } from './engine.ts';

let engine: Engine;

afterEach(async () => {
  await stopApps();
  await engine.close();
});

async function expectInStep(): Promise<void> {
  const state = await engine.bed.remote.state();
  for (const kind of allKinds)
    expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(state, kind));
}

describe.each([
  ['R', 177],
  ['L', 574],
] as const)('import of account %s', (account, requests) => {
  it(`makes production equal to the account with ${requests} requests`, async () => {
    engine = await createEngine();
    await engine.bed.remote.create({ account });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    const run = await engine.run();

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect((await engine.bed.remote.stats()).total).toBe(requests);
    await expectInStep();
  });
});
