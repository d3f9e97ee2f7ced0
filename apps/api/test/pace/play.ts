import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMongo, startRedis } from '@broadstreet-sync/services';
import { spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { faultsOf, type Lab } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/*
 * Plays the scenarios that are named, all without any, and prints what came of them; exit code 1 where anything is wrong:
 *
 *     pnpm --filter @broadstreet-sync/api pace [--full] [NAME …]
 */
const { values, positionals } = parseArgs({ options: { full: { type: 'boolean' } }, allowPositionals: true });
const scale = values.full === true ? 'full' : 'short';
const root = mkdtempSync(join(tmpdir(), 'broadstreet-pace-'));
const folder = (name: string) => mkdtempSync(join(root, `${name}-`));
const [mongo, redis, simulator] = await Promise.all([
  startMongo({ dataDir: folder('mongodb') }),
  startRedis({ dataDir: folder('redis') }),
  spawnApp('simulator', { SIMULATOR_PORT: '0', SIMULATOR_ACCOUNT: 'empty', LOG_LEVEL: 'warn' }),
]);
const lab: Lab = { mongo, redis, simulator, folder };

const longestMs = 1_200_000;
try {
  for (const scenario of scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const startedAt = performance.now();
    const finding = await scenario.play({ lab, scale, longestMs });
    const faults = faultsOf(finding);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(JSON.stringify({ scenario: scenario.name, test: scenario.test, scale, seconds, ...finding, faults }));
    if (faults.length > 0) process.exitCode = 1;
  }
} finally {
  await stopApps();
  await Promise.all([redis.stop(), mongo.stop()]);
  rmSync(root, { recursive: true, force: true });
}
