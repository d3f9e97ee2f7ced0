import { api } from '@broadstreet-sync/contract';
import { SyncError } from '@broadstreet-sync/domain';
import { createTokenSource, type TokenSource, tokenSeal } from '@broadstreet-sync/runtime';
import { createStore, type Store } from '@broadstreet-sync/store';
import { testBed } from '@broadstreet-sync/testkit';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

const seal = tokenSeal('k'.repeat(32));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let t: ApiBed;
let store: Store;
let client: MongoClient;
/** Of that store. */
let db: Db;
let source: TokenSource;
/** What Broadstreet shows by a token. */
const accounts = new Map<string, () => Promise<Record<string, unknown>[]>>();

function refusal(category: 'authentication' | 'network'): () => Promise<never> {
  return () => Promise.reject(new SyncError({ category, code: 'x', message: 'It says no.', remedy: 'Try again.' }));
}

beforeAll(async () => {
  const { mongoUri, database } = testBed();
  client = new MongoClient(mongoUri);
  db = client.db(database);
  store = await createStore(mongoUri);
  const read = async () => (await store.storedToken.read())?.sealed ?? null;
  source = await createTokenSource({ given: undefined, seal, read, log });
  const withToken = (token: string) => ({
    list: () => (accounts.get(token) ?? refusal('authentication'))(),
    close() {},
  });
  t = await createApiBed({ store, readMode: () => 'live', tokens: { source, seal, withToken } });
});
afterAll(async () => {
  source.close();
  await t.close();
  await client.close();
});

const set = (token: string) => t.call(api.setToken[0], { body: { token } });

describe('the access token', () => {
  it('is stored, encrypted, once Broadstreet has taken it, and never answered', async () => {
    accounts.set('good-token', async () => [{ id: 1, name: 'North' }]);
    const before = await t.call(api.getToken[0]);
    const { status, body } = await set('good-token');
    const settings = await t.call(api.getSettings[0]);
    const kept = JSON.stringify(await db.collection('secrets').find().toArray());
    const trail = await t.call(api.listAudit[0]);

    expect(before.body).toEqual({ source: null, set_at: null, set_by: null, fixed: null });
    expect([status, body]).toEqual([200, { source: 'stored', set_at: expect.any(String), set_by: 'api', fixed: null }]);
    expect([source.now(), settings.body.api.has_token]).toEqual(['good-token', true]);
    expect(kept).toContain('sealed');
    expect(kept + trail.text + settings.text).not.toContain('good-token');
    expect(trail.body.items[0]).toMatchObject({ action: 'setToken', fields: ['token'], status: 200 });
  });

  it('is replaced by another of the same account, and kept where the other is not good', async () => {
    const network = productionDocument('1', { id: 1, name: 'North' });
    await db.collection<typeof network>('networks').insertOne(network);
    accounts.set('new-token', async () => [{ id: 1, name: 'North' }]);
    accounts.set('of-another', async () => [{ id: 2, name: 'South' }]);
    accounts.set('of-who-knows', refusal('network'));

    const answers = [];
    for (const token of ['bad-token', 'of-another', 'of-who-knows', 'two words']) answers.push(await set(token));
    const after = source.now();
    const replaced = await set('new-token');

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [422, 'invalid_input'],
      [409, 'other_account'],
      [503, 'token_not_checked'],
      [422, 'invalid_input'],
    ]);
    expect([after, replaced.status, source.now()]).toEqual(['good-token', 200, 'new-token']);
  });
});

it.each([
  ['of the simulator', { readMode: () => 'demo' as const }, 'simulator'],
  ['of the environment', { readMode: () => 'live' as const }, 'BROADSTREET_ACCESS_TOKEN'],
])('a token %s is not replaced by a page', async (_, parts, word) => {
  const bed = await createApiBed(parts);

  const { status, body } = await bed.call(api.setToken[0], { body: { token: 'good-token' } });
  const shown = await bed.call(api.getToken[0]);
  await bed.close();

  expect([status, body.code]).toEqual([409, 'token_fixed']);
  expect(body.detail).toContain(word);
  expect(shown.body).toMatchObject({ source: 'environment', fixed: body.detail });
});
