import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryDocument, RunDocument } from './documents.ts';
import { openStoreBed, runRequest, type StoreBed, zone } from './testing/store-bed.ts';

let bed: StoreBed;
const day = (number: number) => new Date(Date.UTC(2026, 0, number));

beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());
beforeEach(async () => {
  const { history, changes, runs } = bed.collections;
  await Promise.all([history.deleteMany({}), changes.deleteMany({}), runs.deleteMany({})]);
});

async function made(key: string, operation: HistoryDocument['operation'], at: Date): Promise<void> {
  await bed.collections.history.insertOne({
    run_id: 'old',
    kind: 'zones',
    key,
    operation,
    before: null,
    after: null,
    at,
  });
}

const kept = async () => {
  const found = await bed.collections.history.find({}).sort({ key: 1, at: 1 }).toArray();
  return found.map(({ key, operation }) => `${operation} ${key}`);
};

/** A run that has published, and has not moved what it published into the history. */
async function publish(names: readonly string[]): Promise<RunDocument> {
  const { store } = bed;
  for (const { _id } of await store.runs.holding()) await store.runs.finish(_id, 'succeeded', {}, null);
  const { run } = await store.runs.trigger(runRequest(), false);
  await store.runs.start(run._id);
  const publishing = await store.runs.publishing(run._id);
  if (publishing === null) throw new Error('does not publish');
  const staged = names.map((name, at) => ({
    key: String(at + 1),
    operation: 'insert' as const,
    expects: null,
    requested_at: new Date(0),
    before: null,
    after: zone(at + 1, name),
    hash: null,
    dangling: false,
  }));
  await store.changes.stage(store.changes.planner(run._id, 'zones'), staged);
  await store.publish({
    run: publishing,
    part: 'free',
    scopes: [],
    // Production moves on for the second.
    resolve: ({ key, after, run_id }, _, now) =>
      key === '2'
        ? { operation: 'none' }
        : {
            operation: 'insert',
            document: {
              ...after,
              _id: key,
              created_locally: false,
              synced_with_api: false,
              synced_at: now,
              sync: { hash: null, revision: 1, written_at: now, run_id, edited: [], base: {}, dangling: false },
            },
          },
  });
  const ended = await store.runs.finish(run._id, 'succeeded', {}, null);
  if (ended === null) throw new Error('does not end');
  return ended;
}

describe('the history of an entity', () => {
  it('has what was published a moment ago, once, while it is moved and afterwards', async () => {
    await made('1', 'remove', day(1));
    await made('1', 'insert', day(2));
    const run = await publish(['One', 'Two']);

    const before = await bed.store.history.ofEntity('zones', '1', 0, 10);
    await bed.store.archive(run);
    const after = await bed.store.history.ofEntity('zones', '1', 0, 10);

    expect(before.items.map(({ operation, run_id }) => `${operation} ${run_id}`)).toEqual([
      `insert ${run._id}`,
      'insert old',
      'remove old',
    ]);
    expect(after).toEqual(before);
    expect(await bed.store.history.ofEntity('zones', '2', 0, 10)).toEqual({ items: [], total: 0 });
    await bed.collections.production.zones.deleteMany({});
  });

  it('is had page by page over both', async () => {
    await made('1', 'insert', day(1));
    await made('1', 'update', day(2));
    const run = await publish(['One']);

    const pages = await Promise.all([0, 1, 2, 3].map((skip) => bed.store.history.ofEntity('zones', '1', skip, 1)));

    expect(
      pages.map(({ items }) => items.map(({ run_id, at }) => (run_id === run._id ? 'new' : at.getUTCDate()))),
    ).toEqual([['new'], [2], [1], []]);
    expect(pages.map(({ total }) => total)).toEqual([3, 3, 3, 3]);
    await bed.collections.production.zones.deleteMany({});
  });
});

it('what was changed long ago is forgotten, but for since when an entity that exists is here', async () => {
  await made('1', 'insert', day(1));
  await made('1', 'update', day(2));
  await made('1', 'update', day(9));
  await made('2', 'insert', day(1));
  await made('2', 'remove', day(3));
  await made('2', 'insert', day(4));
  await made('3', 'insert', day(1));
  await made('3', 'remove', day(9));

  expect(await bed.store.history.forgetBefore(day(5))).toBe(3);
  expect(await kept()).toEqual(['insert 1', 'update 1', 'insert 2', 'insert 3', 'remove 3']);
  expect(await bed.store.history.forgetBefore(day(5))).toBe(0);
});
