import { isDeepStrictEqual } from 'node:util';
import type { RunRequest } from '@broadstreet-sync/store';
import { expectedRows, nextVersion, type ReaderReport, startReader } from '@broadstreet-sync/testkit';
import { allKinds, type Engine, productionRows } from './engine.ts';
import { importUnderKills, type KilledImport, type KillPoint, startMortal } from './killed-imports.ts';

export interface ReadImport {
  readonly mode: RunRequest['mode'];
  /** Where its worker is killed. */
  readonly points: readonly KillPoint[];
}

export interface ReadImports {
  readonly imports: readonly KilledImport[];
  /** Kinds of which production was not what the account was, after an import. */
  readonly different: readonly string[];
  readonly reader: ReaderReport;
}

/** Imports account R, of which every row changes before each import, under kills and under the eyes of a reader. */
export async function readWhileImporting(engine: Engine, wanted: readonly ReadImport[]): Promise<ReadImports> {
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
  const imports: KilledImport[] = [];
  const different: string[] = [];
  for (const [at, { mode, points }] of wanted.entries()) {
    await nextVersion(remote, at + 1);
    imports.push(await importUnderKills(engine, worker, points, { mode }));
    const now = await remote.state();
    for (const kind of allKinds) {
      const rows = await productionRows(engine.store, kind);
      if (!isDeepStrictEqual(rows, expectedRows(now, kind))) different.push(`${kind} of import ${at}`);
    }
  }
  return { imports, different, reader: await reader.stop() };
}
