import { expect, it } from 'vitest';
import { engineOfEach } from './engine.ts';
import { type ReadImport, readWhileImporting } from './read-while-importing.ts';

/** The trial of the same name has fifty kills, at random. */
const imports: readonly ReadImport[] = [
  { mode: 'full', points: [{ share: 0.5 }] },
  { mode: 'fresh', points: [{ publishingMs: 30 }] },
  { mode: 'full', points: [{ share: 0.9 }, { publishingMs: 150 }] },
];

const engine = engineOfEach();

it('whoever reads while imports are killed and go on sees one version of the account, whole', {
  timeout: 900_000,
}, async () => {
  const { imports: runs, different, reader } = await readWhileImporting(engine(), imports);

  for (const { run, askedInVain, repeated, inFlight } of runs) {
    expect([run.status, askedInVain]).toEqual(['succeeded', []]);
    expect(repeated).toBeLessThanOrEqual(inFlight);
  }
  expect(different).toEqual([]);
  expect(reader.faults).toEqual([]);
  expect(reader.versions).toEqual([0, 1, 2, 3]);
  expect(Math.min(...Object.values(reader.reads))).toBeGreaterThan(0);
});
