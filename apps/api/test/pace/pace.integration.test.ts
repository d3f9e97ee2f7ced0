import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopApps } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { faultsOf, type Lab } from './scenario.ts';
import { scenarios } from './scenarios.ts';

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

it.each(scenarios)('$name (test $test): $fault', { timeout: 600_000 }, async (scenario) => {
  const finding = await scenario.play({ lab, scale: 'short', longestMs: 300_000 });

  expect(faultsOf(finding)).toEqual([]);
  expect(finding.times).toBeGreaterThan(0);
});
