import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { allSettings } from './all-settings.ts';
import { environment, readSettings, SettingsError } from './settings.ts';

const stores = { MONGODB_URI: 'mongodb://127.0.0.1:1/db?replicaSet=rs0', REDIS_URL: 'redis://127.0.0.1:1/' };

function faultsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  try {
    readSettings(allSettings, env);
  } catch (error) {
    if (error instanceof SettingsError) return Object.fromEntries(error.faults.map((f) => [f.name, f.message]));
    throw error;
  }
  return {};
}

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

describe('readSettings', () => {
  it('gives the defaults where only what is needed is set', () => {
    const settings = readSettings(allSettings, stores);

    expect(settings).toMatchObject({
      BROADSTREET_API_URL: 'https://api.broadstreetads.com/api/1',
      BROADSTREET_RATE: 'auto',
      BROADSTREET_RATE_MAX: 5,
      BROADSTREET_READ_ONLY: false,
      BROADSTREET_TIMEOUT_MS: 30_000,
      BROADSTREET_SETTLE_MS: 60_000,
      QUEUE_PREFIX: 'broadstreet-sync',
      HOST: '127.0.0.1',
      PORT: 4000,
      LOG_LEVEL: 'info',
    });
    expect(settings.BROADSTREET_NETWORKS).toBeUndefined();
    expect(settings.BROADSTREET_ACCESS_TOKEN).toBeUndefined();
    expect(settings.DATA_DIR).toMatch(/broadstreet-sync$/);
  });

  it('turns strings into what the code uses', () => {
    const settings = readSettings(allSettings, {
      ...stores,
      BROADSTREET_API_URL: 'http://127.0.0.1:4010/api/1/',
      BROADSTREET_RATE: '12.5',
      BROADSTREET_NETWORKS: '12, 15',
      BROADSTREET_READ_ONLY: 'true',
      WORKER_CONCURRENCY: '8',
      DATA_DIR: 'data',
    });

    expect(settings).toMatchObject({
      BROADSTREET_API_URL: 'http://127.0.0.1:4010/api/1',
      BROADSTREET_RATE: 12.5,
      BROADSTREET_NETWORKS: [12, 15],
      BROADSTREET_READ_ONLY: true,
      WORKER_CONCURRENCY: 8,
      REDIS_URL: 'redis://127.0.0.1:1',
      DATA_DIR: join(process.cwd(), 'data'),
    });
  });

  it.each(['auto', 'unlimited'])('keeps the rate %s as a word', (rate) => {
    expect(readSettings(allSettings, { ...stores, BROADSTREET_RATE: rate }).BROADSTREET_RATE).toBe(rate);
  });

  it('counts empty and blank strings as unset', () => {
    const settings = readSettings(allSettings, {
      ...stores,
      PORT: '',
      BROADSTREET_NETWORKS: ' ',
      BROADSTREET_RATE: '',
    });

    expect(settings).toMatchObject({ PORT: 4000, BROADSTREET_RATE: 'auto' });
    expect(settings.BROADSTREET_NETWORKS).toBeUndefined();
  });

  it('names all faults at once, each with its value and its remedy', () => {
    const faults = faultsOf({
      BROADSTREET_RATE: 'fast',
      BROADSTREET_NETWORKS: 'a,b',
      BROADSTREET_READ_ONLY: 'perhaps',
      BROADSTREET_API_URL: 'ftp://example.org',
      PORT: '70000',
      WORKER_CONCURRENCY: '65',
      LOG_LEVEL: 'loud',
      MONGODB_URI: 'mongodb://127.0.0.1:27017',
    });

    expect(faults).toEqual({
      BROADSTREET_RATE: expect.stringContaining('"auto" or "unlimited" (is "fast")'),
      BROADSTREET_NETWORKS: expect.stringContaining('like 12,15'),
      BROADSTREET_READ_ONLY: expect.stringContaining('true or false'),
      BROADSTREET_API_URL: expect.stringContaining('http or https'),
      PORT: expect.stringContaining('from 0 to 65535 (is "70000")'),
      WORKER_CONCURRENCY: expect.stringContaining('from 1 to 64'),
      LOG_LEVEL: expect.stringContaining('trace, debug'),
      MONGODB_URI: expect.stringContaining('database’s name'),
      REDIS_URL: expect.stringContaining('is not set'),
    });
  });

  it('never shows the value of a secret', () => {
    const env = { ...stores, SECRET_KEY: 'short-secret', BROADSTREET_ACCESS_TOKEN: 'tok en', MONGODB_URI: 'mongo:pw' };

    const text = JSON.stringify(faultsOf(env));

    for (const secret of ['short-secret', 'tok en', 'mongo:pw']) expect(text).not.toContain(secret);
    expect(Object.keys(faultsOf(env))).toEqual(['BROADSTREET_ACCESS_TOKEN', 'MONGODB_URI', 'SECRET_KEY']);
  });

  it('reads a secret from the file that NAME_FILE names', () => {
    const folder = folderWith({ token: 'abc123\n' });

    const settings = readSettings(allSettings, { ...stores, BROADSTREET_ACCESS_TOKEN_FILE: join(folder, 'token') });

    expect(settings.BROADSTREET_ACCESS_TOKEN).toBe('abc123');
  });

  it('says which file cannot be read, is empty, or competes with a value', () => {
    const folder = folderWith({ empty: '\n', key: 'k'.repeat(32) });

    const faults = faultsOf({
      REDIS_URL: stores.REDIS_URL,
      BROADSTREET_ACCESS_TOKEN_FILE: join(folder, 'absent'),
      MONGODB_URI_FILE: join(folder, 'empty'),
      SECRET_KEY: 'x'.repeat(32),
      SECRET_KEY_FILE: join(folder, 'key'),
    });

    expect(faults).toEqual({
      BROADSTREET_ACCESS_TOKEN_FILE: expect.stringContaining('ENOENT'),
      MONGODB_URI_FILE: expect.stringContaining('empty'),
      SECRET_KEY: expect.stringContaining('keep one of the two'),
    });
  });

  it('needs only the settings that an app picks', () => {
    const schema = allSettings.pick({ PORT: true }).extend({ EXTRA: z.string().default('e') });

    expect(readSettings(schema, {})).toEqual({ PORT: 4000, EXTRA: 'e' });
  });
});

describe('environment', () => {
  it('lays the environment over .env, an empty variable included', () => {
    const folder = folderWith({ '.env': 'PORT=5000\nHOST=0.0.0.0\nBROADSTREET_ACCESS_TOKEN=live\n' });
    vi.stubEnv('PORT', '6000');
    vi.stubEnv('BROADSTREET_ACCESS_TOKEN', '');

    const env = environment(folder);

    expect([env.PORT, env.HOST, env.BROADSTREET_ACCESS_TOKEN]).toEqual(['6000', '0.0.0.0', '']);
  });
});
