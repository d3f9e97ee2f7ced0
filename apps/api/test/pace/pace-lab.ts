import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopApps } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { faultsOf, type Lab, type Scale, type Scenario } from './scenario.ts';

/** Declares a test of each of these scenarios, on the stores and the simulator of the test run. */
export function playEach(scenarios: readonly Scenario[], scale: Scale): void {
  let root: string;
  let lab: Lab;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'broadstreet-pace-'));
    lab = {
      mongo: { uriFor: (database) => inject('mongoUri').replace(/\/(\?|$)/, `/${database}$1`) },
      redis: { url: inject('redisUrl') },
      simulator: { url: inject('simulatorUrl') },
      folder: (name) => mkdtempSync(join(root, `${name}-`)),
    };
  });
  afterEach(stopApps);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const longestMs = scale === 'full' ? 1_800_000 : 300_000;
  it.each(scenarios)('$name (test $test): $fault', { timeout: 2 * longestMs }, async (scenario) => {
    const finding = await scenario.play({ lab, scale, longestMs });

    expect(faultsOf(finding)).toEqual([]);
    expect(finding.times).toBeGreaterThan(0);
  });
}
