import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allSettings, readSettings, SettingsError } from '@broadstreet-sync/runtime';
import { projectFolder } from '@broadstreet-sync/services';
import { describe, expect, it } from 'vitest';
import { demoDefaults, planStart } from './plan.ts';

const dataDir = '/var/lib/sync';

describe('planStart', () => {
  it('is the demo without a token, with the simulator', () => {
    const plan = planStart({ DATA_DIR: dataDir });

    expect(plan).toMatchObject({
      mode: 'demo',
      folder: `${dataDir}/demo`,
      database: 'broadstreet_sync_demo',
      port: 4000,
      simulator: { port: 4100 },
      env: { QUEUE_PREFIX: 'broadstreet-sync-demo' },
    });
    expect(plan.mongoUri).toBeUndefined();
  });

  it('has a speed of its own in the demo, and .env.example says so', () => {
    const example = readFileSync(join(projectFolder, '.env.example'), 'utf8');

    for (const [name, value] of Object.entries(demoDefaults)) expect(example).toContain(`${name}=${value}, `);
  });

  it('is live with a token, apart from the demo in every store', () => {
    const plan = planStart({ DATA_DIR: dataDir, BROADSTREET_ACCESS_TOKEN: 'abc' });

    expect(plan).toMatchObject({
      mode: 'live',
      folder: `${dataDir}/live`,
      database: 'broadstreet_sync_live',
      simulator: undefined,
      remote: 'https://api.broadstreetads.com/api/1',
      env: { QUEUE_PREFIX: 'broadstreet-sync' },
    });
  });

  it('keeps the prefix of a live account as set, which `npm run worker` beside it reads too', () => {
    const env = { QUEUE_PREFIX: 'shared', DATA_DIR: dataDir };
    const ofWorker = readSettings(allSettings.pick({ QUEUE_PREFIX: true }), {}).QUEUE_PREFIX;

    expect(planStart({ DATA_DIR: dataDir, BROADSTREET_ACCESS_TOKEN: 'abc' }).env.QUEUE_PREFIX).toBe(ofWorker);
    expect(planStart({ ...env, BROADSTREET_ACCESS_TOKEN: 'abc' }).env.QUEUE_PREFIX).toBe('shared');
    expect(planStart(env).env.QUEUE_PREFIX).toBe('shared-demo');
  });

  it('names the faults of every process at once', () => {
    const env = { BROADSTREET_RATE: 'x', WORKER_CONCURRENCY: '0', SIMULATOR_PORT: '-1' };

    expect(() => planStart(env)).toThrow(SettingsError);
    expect(() => planStart(env)).toThrow(/BROADSTREET_RATE[\s\S]*WORKER_CONCURRENCY[\s\S]*SIMULATOR_PORT/);
  });
});
