import { createLab, type Lab } from './lab.ts';
import { createRandom } from './random.ts';
import { faultsOf, type Result, tableOf } from './report.ts';
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
}

const longestMs: Readonly<Record<Scale, number>> = { short: 240_000, full: 1_800_000 };

/** Plays a scenario; what it throws is a fault of its own. */
async function playScenario(lab: Lab, scenario: Scenario, scale: Scale, seed: number): Promise<Result> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    const random = createRandom(seed, scenario.name);
    const size = scenario.sizes[scale];
    const finding = await scenario.play({ lab, size, scale, random, seed, longestMs: longestMs[scale] });
    return { scenario, finding, faults: faultsOf(finding), seconds: seconds() };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { scenario, finding: null, faults: [`it broke off: ${message}`], seconds: seconds() };
  }
}

/** Breaks things on purpose, prints what came of it, and ends with exit code 1 where anything was made twice or lost. */
export async function chaos({ seed, scale, only, json, lanes }: ChaosOptions): Promise<void> {
  const chosen = choose(only);
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
  const inOrder = chosen.flatMap((scenario) => results.get(scenario) ?? []);
  console.log(json ? JSON.stringify({ seed, scale, results: inOrder }, null, 2) : tableOf(inOrder));
  if (inOrder.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
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
