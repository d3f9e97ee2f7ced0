import { type KindName, kindNames, remotePart } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeDocument, ProductionDocument, RunDocument, ScopeDocument } from './documents.ts';
import type { ProductionWrite, Publication } from './publish.ts';
import { openStoreBed, runRequest, type StoreBed, zone } from './testing/store-bed.ts';

let bed: StoreBed;
let store: StoreBed['store'];
beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterAll(() => bed.close());

let ids = 0;
function newIds(count: number): number[] {
  ids += count;
  return Array.from({ length: count }, (_, at) => ids - count + at + 1);
}

/** A run that publishes; the one before it has ended. */
async function publishing(): Promise<RunDocument> {
  for (const { _id } of await store.runs.holding()) await store.runs.finish(_id, 'succeeded', {}, null);
  const { run } = await store.runs.trigger(runRequest(), false);
  await store.runs.start(run._id);
  const now = await store.runs.publishing(run._id);
  if (now === null) throw new Error('does not publish');
  return now;
}

function change(id: number, operation: ChangeDocument['operation'] = 'insert', name = 'Top') {
  const after = operation === 'remove' ? null : zone(id, name);
  return {
    key: String(id),
    operation,
    expects: null,
    requested_at: new Date(0),
    before: null,
    after,
    hash: null,
    dangling: false,
  };
}

type Staged = ReturnType<typeof change>;
const stage = (run: RunDocument, kind: KindName, changes: Staged[]) =>
  store.changes.stage(store.changes.planner(run._id, kind), changes);

/** Does what a change says, once for each run. */
function asStaged(staged: ChangeDocument, current: ProductionDocument | null, now: Date): ProductionWrite {
  if (current?.sync.run_id === staged.run_id || (current === null && staged.operation === 'remove'))
    return { operation: 'none' };
  if (staged.operation === 'remove') return { operation: 'remove' };
  const sync = {
    hash: null,
    revision: (current?.sync.revision ?? 0) + 1,
    written_at: now,
    run_id: staged.run_id,
    edited: [],
    base: {},
    dangling: false,
  };
  const ours = { _id: staged.key, created_locally: false, synced_with_api: false, synced_at: now, sync };
  return { operation: current === null ? 'insert' : 'update', document: { ...current, ...staged.after, ...ours } };
}

const publish = (run: RunDocument, publication: Partial<Publication> = {}) =>
  store.publish({ run, part: 'free', resolve: asStaged, scopes: [], ...publication });
const found = async (numbers: readonly number[]) =>
  (await store.production.many('zones', numbers.map(String))).map((entity) => remotePart(entity));
const latest = async (run: RunDocument) => (await store.runs.get(run._id)) ?? run;
/** What the history has of a run once its change set was moved there. */
async function history(run: RunDocument) {
  await store.archive(await latest(run));
  return (await store.production.history({ run_id: run._id }, 0, 100)).items;
}

describe('a publication', () => {
  it('inserts, updates and removes, with a history of before and after', async () => {
    const [a = 0, b = 0, c = 0] = newIds(3);
    const first = await publishing();
    await stage(first, 'zones', [change(a), change(b)]);
    await publish(first);
    const second = await publishing();
    await stage(second, 'zones', [change(a, 'update', 'New'), change(b, 'remove'), change(c)]);

    const made = await publish(second);

    expect(made).toEqual({ zones: { inserted: 1, updated: 1, removed: 1, unchanged: 0, conflicts: 0 } });
    expect(await found([a, b, c])).toEqual([zone(a, 'New'), zone(c, 'Top')]);
    const entries = (await history(second)).map(({ key, operation, before, after }) => [key, operation, before, after]);
    expect(entries).toHaveLength(3);
    expect(entries).toEqual(
      expect.arrayContaining([
        [String(a), 'update', zone(a, 'Top'), zone(a, 'New')],
        [String(b), 'remove', zone(b, 'Top'), null],
        [String(c), 'insert', null, zone(c, 'Top')],
      ]),
    );
  });

  it('that finds what it takes for new updates it, also beside other writes of the kind', async () => {
    const [a = 0, b = 0] = newIds(2);
    const first = await publishing();
    await stage(first, 'zones', [change(a), change(b)]);
    await publish(first);
    const second = await publishing();
    await stage(second, 'zones', [change(a, 'insert', 'Since made here'), change(b, 'update', 'New')]);

    const made = await publish(second);

    expect(made.zones).toMatchObject({ inserted: 0, updated: 2 });
    expect(await found([a, b])).toEqual([zone(a, 'Since made here'), zone(b, 'New')]);
  });

  it('made again changes nothing, and says the same', async () => {
    const numbers = newIds(3);
    const run = await publishing();
    await stage(
      run,
      'zones',
      numbers.map((id) => change(id)),
    );
    const made = await publish(run);
    const before = await store.production.many('zones', numbers.map(String));

    expect(await publish(await latest(run))).toEqual(made);

    expect(await store.production.many('zones', numbers.map(String))).toEqual(before);
    expect(await history(run)).toHaveLength(3);
  });

  it('that fails in the middle leaves nothing, not even a checkpoint', async () => {
    const numbers = newIds(1500);
    const run = await publishing();
    await stage(
      run,
      'zones',
      numbers.map((id) => change(id)),
    );
    const last = String(Math.max(...numbers));
    let resolved = 0;
    const resolve: Publication['resolve'] = (staged, current, now) => {
      resolved += 1;
      if (resolved === 1400) throw new Error('power cut');
      return asStaged(staged, current, now);
    };

    await expect(publish(run, { resolve, scopes: [scope(run, last)] })).rejects.toThrow('power cut');

    expect(await found(numbers)).toEqual([]);
    expect(await history(run)).toEqual([]);
    expect((await store.production.verifiedScopes('zones')).has(last)).toBe(false);
    expect((await store.runs.get(run._id))?.published_at).toBeNull();
  });

  it('is whole or not there to who reads at a snapshot, and never half to anyone', async () => {
    const numbers = newIds(1200);
    const run = await publishing();
    await stage(
      run,
      'zones',
      numbers.map((id) => change(id)),
    );
    const filter = { _id: { $in: numbers.map(String) } };
    const seen = new Set<number>();
    let isDone = false;

    const work = publish(run).finally(() => {
      isDone = true;
    });
    while (!isDone) seen.add(await bed.collections.production.zones.countDocuments(filter));
    await work;
    seen.add(await bed.collections.production.zones.countDocuments(filter));

    expect([...seen].sort()).toEqual([...seen].includes(0) ? [0, 1200] : [1200]);
  });

  it('of nothing writes nothing to production, but notes what was read', async () => {
    const [id = 0] = newIds(1);
    const first = await publishing();
    await stage(first, 'zones', [change(id)]);
    await publish(first);
    const before = await operations();
    const second = await publishing();
    const [verified] = [scope(second, String(id))];

    expect(await publish(second, { scopes: [verified] })).toEqual({});

    expect(await operations()).toEqual(before);
    expect(await store.production.scopes({ _id: verified._id })).toEqual([verified]);
    expect((await store.runs.get(second._id))?.published_at).toBeInstanceOf(Date);
  });

  it('writes parents before what hangs on them, and removes the other way round, after all else', async () => {
    const run = await publishing();
    const order: string[] = [];
    for (const kind of kindNames) {
      const [id = 0, gone = 0] = newIds(2);
      await stage(run, kind, [change(id), change(gone, 'remove')]);
    }
    const resolve: Publication['resolve'] = ({ kind, operation }) => {
      order.push(`${operation} ${kind}`);
      return { operation: 'none' };
    };

    await publish(run, { resolve });

    const parentsFirst = ['networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements'];
    expect(order).toEqual([
      ...parentsFirst.map((kind) => `insert ${kind}`),
      ...parentsFirst.toReversed().map((kind) => `remove ${kind}`),
    ]);
  });

  it('past what one transaction bears is made in chunks, and gone on with where it broke off', async () => {
    const run = await publishing();
    const numbers = newIds(50_001);
    await stage(
      run,
      'zones',
      numbers.map((id) => change(id)),
    );
    // A few are written; that all are looked at is what takes chunks.
    const written = new Set(numbers.filter((id) => id % 5000 === 0).map(String));
    let looked = 0;
    const resolve: Publication['resolve'] = (staged, current, now) => {
      looked += 1;
      if (looked === 30_000) throw new Error('power cut');
      return written.has(staged.key) ? asStaged(staged, current, now) : { operation: 'none' };
    };

    await expect(publish(run, { resolve })).rejects.toThrow('power cut');
    const half = await latest(run);
    const made = await publish(half, { resolve });

    expect(half.changes.zones?.inserted).toBeGreaterThan(0);
    expect(half.changes.zones?.inserted).toBeLessThan(written.size);
    expect(looked).toBeLessThan(51_001 + 1000);
    expect(made.zones?.inserted).toBe(written.size);
    expect(await history(run)).toHaveLength(written.size);
    expect(await store.changes.count(run._id)).toBe(0);
  });

  it('whose change no longer holds says what was done instead, and moved into the history twice says it once', async () => {
    const [moved = 0, gone = 0] = newIds(2);
    const first = await publishing();
    await stage(first, 'zones', [change(moved), change(gone)]);
    await publish(first);
    const second = await publishing();
    // As if neither had been there when the list was compared, and one been written since the list was asked for.
    await stage(second, 'zones', [change(moved, 'insert', 'New'), change(gone, 'insert', 'New')]);
    await publish(second, {
      resolve: (staged, current, now) =>
        staged.key === String(gone) ? { operation: 'none' } : asStaged(staged, current, now),
    });
    const run = await latest(second);

    await Promise.all([store.archive(run), store.archive(run)]);

    expect(await history(second)).toMatchObject([
      { key: String(moved), operation: 'update', before: zone(moved, 'Top'), after: zone(moved, 'New') },
    ]);
    expect(await latest(second)).toMatchObject({ archive: null, changes: { zones: { inserted: 0, updated: 1 } } });
  });
});

function scope(run: RunDocument, key: string): ScopeDocument {
  return { _id: `zones:${key}`, kind: 'zones', scope: key, rows: 0, verified_at: new Date(), run_id: run._id };
}

/** What MongoDB has counted of writes to zones and their history. */
async function operations(): Promise<unknown> {
  const counted = await Promise.all(
    ['zones', 'history'].map(async (name) => {
      const [stats] = await bed.db
        .collection(name)
        .aggregate([{ $collStats: { latencyStats: {} } }])
        .toArray();
      return stats?.latencyStats.writes.ops;
    }),
  );
  return counted;
}
