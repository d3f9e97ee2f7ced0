import { expect, it } from 'vitest';
import { engineOfEach } from './engine.ts';
import type { KillPoint } from './killed-imports.ts';
import { type ReadImport, readWhileImporting } from './read-while-importing.ts';

const kills = 50;
/** Of each import: while its lists are read, and while it publishes. */
const killsOfOne = 2;
/** A publication of R takes about this long. */
const publishingMs = 800;

function randomImport(at: number): ReadImport {
  const reading: KillPoint = { share: Math.random() };
  const publishing: KillPoint = { publishingMs: Math.round(Math.random() * publishingMs) };
  return { mode: at % 2 === 0 ? 'full' : 'fresh', points: [reading, publishing] };
}

const engine = engineOfEach();

it(`whoever reads while imports are killed at ${kills} random points sees one version of the account, whole`, async ({
  annotate,
}) => {
  const wanted = Array.from({ length: kills / killsOfOne }, (_, at) => randomImport(at));

  const { imports, different, reader } = await readWhileImporting(engine(), wanted);

  const made = imports.reduce((sum, { kills: each }) => sum + each, 0);
  await annotate(`${imports.length} imports, ${made} kills, reads ${JSON.stringify(reader.reads)}`);
  expect(reader.faults).toEqual([]);
  expect(different).toEqual([]);
  expect(imports.filter(({ run }) => run.status !== 'succeeded')).toEqual([]);
  expect(imports.flatMap(({ askedInVain }) => askedInVain)).toEqual([]);
  expect(imports.filter(({ repeated, inFlight }) => repeated > inFlight)).toEqual([]);
  expect(reader.versions).toEqual([0, ...wanted.map((_, at) => at + 1)]);
});
