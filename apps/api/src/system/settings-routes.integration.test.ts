import { api } from '@broadstreet-sync/contract';
import { SyncError } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;
let answer: () => Promise<Record<string, unknown>[]>;

beforeAll(async () => {
  t = await createApiBed({ remote: { list: () => answer() }, networks: [1] });
});
afterAll(() => t.close());

const test = async () => (await t.call(api.testConnection[0])).body;

it('the settings tell how each process was started', async () => {
  await t.store.presence.beat('worker', {
    host: 'desk',
    pid: 7,
    started_at: new Date('2026-11-01T10:00:00Z'),
    base_url: 'http://127.0.0.1:4010/api/1',
    rate: '5',
    read_only: true,
    queue_prefix: 'test',
    history_days: 30,
  });
  const { body } = await t.call(api.getSettings[0]);

  expect(body).toMatchObject({
    account: { mode: 'demo' },
    api: { has_token: true, rate: 'auto', history_days: 365 },
    workers: [{ host: 'desk', started_at: '2026-11-01T10:00:00.000Z', read_only: true, history_days: 30 }],
    now: { rate: null, paused_until: null },
  });
});

it('a test of the connection shows the networks, and whether the account is the one that is known here', async () => {
  answer = async () => [
    { id: 1, name: 'North' },
    { id: 2, name: 'South' },
  ];
  const network = productionDocument('9', { id: 9, name: 'Of another account' });

  expect(await test()).toMatchObject({
    works: true,
    networks: [
      { id: 1, name: 'North', is_synced: true },
      { id: 2, name: 'South', is_synced: false },
    ],
    is_same_account: null,
    error: null,
  });
  await t.db.collection<typeof network>('networks').insertOne(network);
  expect(await test()).toMatchObject({ works: true, is_same_account: false });
});

it('a test that fails says why, and what to do', async () => {
  answer = () =>
    Promise.reject(
      new SyncError({
        category: 'authentication',
        code: 'unauthorized',
        message: 'GET /networks: 401',
        remedy: 'Set BROADSTREET_ACCESS_TOKEN.',
      }),
    );

  expect(await test()).toMatchObject({
    works: false,
    networks: [],
    error: { category: 'authentication', remedy: 'Set BROADSTREET_ACCESS_TOKEN.' },
  });
});
