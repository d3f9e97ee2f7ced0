import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncLogDocument } from './documents.ts';
import { createStore } from './store.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let store: StoreBed['store'];
beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterAll(() => bed.close());

describe('a store', () => {
  it('belongs to the account that was first, and refuses another with both named', async () => {
    const [one, other] = ['https://one.example/api/1', 'https://other.example/api/1'];
    await store.account.check(other, 'sync');
    await store.account.claim(one, 'sync');

    await store.account.claim(one, 'sync');
    await store.account.check(one, 'sync');
    for (const refused of [store.account.check, store.account.claim]) {
      const error: unknown = await refused(other, 'sync').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'other_account', message: expect.stringContaining(one) });
      expect(error).toMatchObject({ message: expect.stringContaining(other), remedy: expect.stringContaining(one) });
    }
    expect(await store.account.owner()).toBe(one);
  });

  it('is used under one queue prefix, and refuses another with both named', async () => {
    const { store: own, close } = await openStoreBed();
    const url = 'https://one.example/api/1';
    await own.account.claim(url, 'sync');

    for (const refused of [own.account.check, own.account.claim]) {
      const error: unknown = await refused(url, 'sync-live').catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'other_queue_prefix',
        remedy: expect.stringContaining('QUEUE_PREFIX to sync.'),
      });
      expect(error).toMatchObject({ message: expect.stringMatching(/prefix sync; .* sync-live\.$/) });
    }
    await own.account.claim(url, 'sync');
    await close();
  });

  it('of a version that kept no queue prefix goes on, with the first that claims it', async () => {
    const { store: own, collections, close } = await openStoreBed();
    const url = 'https://one.example/api/1';
    await collections.account.insertOne({ _id: 'account', base_url: url, claimed_at: new Date() });
    await own.account.check(url, 'any');

    await own.account.claim(url, 'sync');

    await expect(own.account.check(url, 'any')).rejects.toMatchObject({ code: 'other_queue_prefix' });
    await close();
  });

  it('follows its account to another address, and no other account', async () => {
    const { store: own, close } = await openStoreBed();
    const [one, moved, other] = ['http://one/api/1', 'http://moved/api/1', 'http://other/api/1'];
    await own.account.claim(one, 'sync');

    await own.account.move(one, moved);
    await own.account.move(one, other);

    await own.account.check(moved, 'sync');
    await close();
  });

  it('claimed by two accounts at once belongs to one', async () => {
    const fresh = await openStoreBed();

    const claims = await Promise.allSettled(['a', 'b', 'a', 'b'].map((url) => fresh.store.account.claim(url, 'sync')));

    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await fresh.close();
  });

  it('opened again has its indexes and its data', async () => {
    const again = await createStore(bed.uri);

    expect(await again.account.owner()).toBe(await store.account.owner());
    expect(await again.ping()).toBeLessThan(2000);
    await again.close();
  });
});

describe('a lock', () => {
  it('is one owners at a time, who may take it again', async () => {
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => store.locks.take('x', owner, 60_000)));

    expect(taken.filter(Boolean)).toHaveLength(1);
    const winner = ['a', 'b', 'c', 'd'][taken.indexOf(true)] ?? '';
    expect(await store.locks.take('x', winner, 60_000)).toBe(true);
    expect(await store.locks.take('x', 'e', 60_000)).toBe(false);
  });

  it('is released by its owner alone', async () => {
    await store.locks.take('y', 'a', 60_000);
    await store.locks.release('y', 'b');
    expect(await store.locks.take('y', 'b', 60_000)).toBe(false);

    await store.locks.release('y', 'a');

    expect(await store.locks.take('y', 'b', 60_000)).toBe(true);
  });

  it('of an owner that is gone is free when its time is over', async () => {
    await store.locks.take('z', 'gone', 1);

    await expect.poll(() => store.locks.take('z', 'next', 60_000)).toBe(true);
  });
});

describe('SyncLog', () => {
  const record: SyncLogDocument = {
    timestamp: new Date(),
    operation: 'import',
    entity_type: 'zones',
    success: true,
    duration: 5,
    entities_processed: 3,
    errors: 0,
    run_id: 'r',
    requests: 1,
    retries: 0,
    rate_limited: 0,
    waited_ms: 0,
  };

  it('has one record for each run and kind, however often it is written', async () => {
    await Promise.all([1, 2, 3].map(() => store.logs.write([record, { ...record, entity_type: 'networks' }])));

    const { items, total } = await store.logs.list({ run_id: 'r' }, 0, 10);
    expect(total).toBe(2);
    expect(items.find(({ entity_type }) => entity_type === 'zones')).toMatchObject(record);
  });

  it('of a run without kinds is nothing', async () => {
    await store.logs.write([]);
  });
});
