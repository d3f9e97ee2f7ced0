import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { createLab } from '../chaos/lab.ts';
import { type Figures, growthMisses, missesOf } from './figures.ts';
import { measureRow } from './measure.ts';
import { type Result, tableOf } from './report.ts';
import { type Row, rows } from './rows.ts';

export interface BenchOptions {
  /** All rows, not the short ones alone. */
  readonly full: boolean;
  /** Names of rows; empty: as `full` says. */
  readonly only: readonly string[];
  /** File in which the figures are kept; those of other rows stay in it. */
  readonly json?: string;
}

const kept = z.array(z.looseObject({ row: z.string() }));

/** Measures rows on the simulator and prints ratios to the bound; exit code 1 where a figure misses what is asked of it. */
export async function bench({ full, only, json }: BenchOptions): Promise<void> {
  const results: Result[] = [];
  const chosen = choose(only, full);
  const lab = await createLab();
  try {
    for (const row of chosen) {
      const startedAt = performance.now();
      const figures = await measureRow(lab, row);
      const misses = missesOf(row, figures);
      results.push({ figures, misses });
      if (json !== undefined) keep(json, figures);
      const seconds = (performance.now() - startedAt) / 1000;
      process.stderr.write(
        `${(misses.length === 0 ? 'good' : 'MISSED').padEnd(6)}  ${row.name} (${seconds.toFixed(0)} s)\n`,
      );
    }
  } finally {
    await lab.close();
  }
  const series = rows.filter((row) => row.series !== undefined).map(({ name }) => name);
  const grown = growthMisses(results.map(({ figures }) => figures).filter(({ row }) => series.includes(row)));
  console.log(tableOf(results, grown));
  if (grown.length > 0 || results.some(({ misses }) => misses.length > 0)) process.exitCode = 1;
}

/** @throws naming what there is, where a name fits nothing */
function choose(only: readonly string[], full: boolean): Row[] {
  const unknown = only.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no row ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}.`);
  }
  if (only.length > 0) return rows.filter(({ name }) => only.includes(name));
  return rows.filter(({ isShort }) => full || isShort === true);
}

/** Puts figures into a file in the order of the rows, in the place of those of the same row. */
function keep(file: string, figures: Figures): void {
  const before = existsSync(file) ? kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
  const all = [...before.filter(({ row }) => row !== figures.row), { ...figures }];
  const at = (name: string) => rows.findIndex((row) => row.name === name);
  writeFileSync(
    file,
    `${JSON.stringify(
      all.toSorted((a, b) => at(a.row) - at(b.row)),
      null,
      2,
    )}\n`,
  );
}
