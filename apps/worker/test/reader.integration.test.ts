import { expectedRows, nextVersion, startReader, stopApps } from '@broadstreet-sync/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { allKinds, createEngine, productionRows } from './engine.ts';
import { importUnderKills, type KillPoint, startMortal } from './killed-imports.ts';

/** Each import changes every row of the account, and its worker is killed at these points. */
const imports: readonly (readonly KillPoint[])[] = [
  [{ share: 0.5 }],
  [{ publishingMs: 30 }],
  [{ share: 0.9 }, { publishingMs: 150 }],
];

it('whoever reads while imports are killed and go on sees one version of the account, whole', {
  timeout: 900_000,
}, async () => {
  const engine = await createEngine();
  onTestFinished(async () => {
    await stopApps();
    await engine.close();
  });
  const { remote, mongoUri } = engine.bed;
  await remote.create({ account: 'R', settings: { latency_ms: 20 } });
  await nextVersion(remote, 0);
  const worker = await startMortal(engine);
  await engine.run();
  const state = await remote.state();
  const sizes = {
    networks: state.networks.length,
    advertisers: state.advertisers.length,
    zones: state.zones.length,
    advertisements: state.advertisements.length,
    campaigns: state.campaigns.length,
    placements: state.placements.length,
  };
  const reader = await startReader({ mongoUri, snapshot: engine.store.snapshot, sizes });

  for (const [at, points] of imports.entries()) {
    await nextVersion(remote, at + 1);

    const { run, inFlight, repeated, askedInVain } = await importUnderKills(engine, worker, points);

    expect(run.status).toBe('succeeded');
    expect(askedInVain).toEqual([]);
    expect(repeated).toBeLessThanOrEqual(inFlight);
    const now = await remote.state();
    for (const kind of allKinds)
      expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(now, kind));
  }

  const { reads, versions, faults } = await reader.stop();
  expect(faults).toEqual([]);
  expect(versions).toEqual([0, 1, 2, 3]);
  expect(Math.min(...Object.values(reads))).toBeGreaterThan(0);
});
