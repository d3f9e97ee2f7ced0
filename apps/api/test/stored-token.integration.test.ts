import { tokenSeal } from '@broadstreet-sync/runtime';
import { createStore, type Store } from '@broadstreet-sync/store';
import { eventually } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from './api-client.ts';
import { createSystem, type System } from './system.ts';
import { readDatabase } from './what-is-kept.ts';

const secretKey = 'k'.repeat(40);
let system: System;
let api: ApiClient;
let store: Store;

beforeAll(async () => {
  system = await createSystem({ BROADSTREET_ACCESS_TOKEN: '', SECRET_KEY: secretKey });
  await system.bed.remote.create({ account: 'bare' });
  store = await createStore(system.bed.mongoUri);
  [api] = await Promise.all([system.startApi(), system.startWorker()]);
});
afterAll(async () => {
  await store.close();
  await system.close();
});

async function keep(token: string): Promise<void> {
  await store.storedToken.keep(tokenSeal(secretKey)?.seal(token) ?? '', 'test');
}

/** Imports until one ends so: processes look for another token every few seconds. */
async function importUntil(status: string) {
  return eventually(
    async () => {
      const run = await api.ended((await api.start('/api/sync/networks')).id);
      return run.status === status ? run : undefined;
    },
    { timeoutMs: 60_000 },
  );
}

it('a worker without a token starts, uses the one that is stored, and the next without a stop', async () => {
  const without = await importUntil('failed');
  await keep(system.bed.token);
  const good = await importUntil('succeeded');
  await keep('refused-token');
  const refused = await importUntil('failed');

  expect(without.error).toMatchObject({ category: 'authentication' });
  expect(good.changes.networks).toMatchObject({ inserted: 1 });
  expect(refused.error).toMatchObject({ category: 'authentication', code: 'access_token_refused' });
  expect(await readDatabase(system.db)).not.toContain(system.bed.token);
});
