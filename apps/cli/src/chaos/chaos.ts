import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createDeaths, type Deaths, unreached } from './deaths.ts';
import { createLab, type Lab } from './lab.ts';
import { createRandom } from './random.ts';
import { faultsOf, pageOf, type Result, tableOf } from './report.ts';
import type { Scale, Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly scale: Scale;
  /** Names of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly json: boolean;
  /** Scenarios at once. */
  readonly lanes: number;
  /** Folder in which a page of the results is kept. */
  readonly write?: string;
}

const longestMs: Readonly<Record<Scale, number>> = { short: 240_000, full: 1_800_000 };

/** Plays a scenario; what it throws is a fault of its own. */
export async function playScenario(lab: Lab, scenario: Scenario, scale: Scale, seed: number): Promise<Result> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const deaths = createDeaths();
  try {
    const random = createRandom(seed, scenario.name);
    const size = scenario.sizes[scale];
    const finding = await scenario.play({ lab, size, scale, random, seed, longestMs: longestMs[scale], deaths });
    const faults = [...faultsOf(finding), ...unreached(scenario.points ?? [], deaths)];
    return { scenario, finding, faults, notes: [...(finding.notes ?? []), ...notesOf(deaths)], seconds: seconds() };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      scenario,
      finding: null,
      faults: [`it broke off: ${message}`],
      notes: notesOf(deaths),
      seconds: seconds(),
    };
  }
}

function notesOf({ counts }: Deaths): string[] {
  const told = [...counts].map(([point, times]) => `${point} (${times})`);
  return told.length > 0 ? [`processes died at ${told.join(', ')}`] : [];
}

/** Breaks things on purpose, prints what came of it, and ends with exit code 1 where anything was made twice or lost. */
export async function chaos(options: ChaosOptions): Promise<void> {
  const { seed, scale, json, write } = options;
  const results = await playAll(choose(options.only), options);
  console.log(json ? JSON.stringify({ seed, scale, results }, null, 2) : tableOf(results));
  if (write !== undefined) keepPage(write, results, options);
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

/** Plays scenarios, so many at once; gives their results in the order given. */
async function playAll(chosen: readonly Scenario[], { seed, scale, lanes }: ChaosOptions): Promise<Result[]> {
  const lab = await createLab();
  const results = new Map<Scenario, Result>();
  const waiting = [...chosen];
  async function playOn(): Promise<void> {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const result = await playScenario(lab, scenario, scale, seed);
      results.set(scenario, result);
      const how = result.faults.length === 0 ? 'good' : 'BAD';
      process.stderr.write(`${how.padEnd(4)}  ${scenario.name} (${result.seconds.toFixed(0)} s)\n`);
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, playOn));
  } finally {
    await lab.close();
  }
  return chosen.flatMap((scenario) => results.get(scenario) ?? []);
}

function keepPage(folder: string, results: readonly Result[], { seed, scale, lanes }: ChaosOptions): void {
  const date = new Date().toISOString().slice(0, 10);
  const file = join(folder, `${date}-chaos.md`);
  const machine = `${availableParallelism()} cores (${process.arch}, ${process.platform}), Node.js ${process.versions.node}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    pageOf(results, {
      date,
      command: `npm run chaos -- --scale ${scale} --seed ${seed}`,
      surroundings: `on ${machine}, ${lanes === 1 ? 'one scenario' : `${lanes} scenarios`} at a time`,
    }),
  );
  process.stderr.write(`kept in ${file}\n`);
}

/** @throws naming what there is, where a name fits nothing */
function choose(only: readonly string[]): Scenario[] {
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = scenarios.map(({ name }) => name).join(', ');
    throw new Error(`There is no scenario ${unknown.join(', ')}; there are ${known}.`);
  }
  return scenarios.filter(({ name }) => only.length === 0 || only.includes(name));
}
