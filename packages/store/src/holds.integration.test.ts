import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HoldDocument, RunDocument } from './documents.ts';
import { taskId } from './tasks.ts';
import { noRequests, openStoreBed, plannedTask, runRequest, type StoreBed, zone } from './testing/store-bed.ts';

let bed: StoreBed;
let store: StoreBed['store'];
beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterAll(() => bed.close());
beforeEach(async () => {
  for (const { _id } of await store.runs.holding()) await store.runs.finish(_id, 'succeeded', {}, null);
  await Promise.all([bed.collections.holds.deleteMany({}), bed.collections.runs.deleteMany({})]);
});

const readAt = new Date('2026-11-01T09:00:00Z');

/** An import that has read lists of zones, each of one zone of the same number. */
async function reading(scopes: readonly string[], at = readAt): Promise<RunDocument> {
  const { run } = await store.runs.trigger(runRequest(), false);
  await store.runs.start(run._id);
  for (const scope of scopes) {
    const task = plannedTask(run._id, { subject: scope });
    await store.tasks.plan([task]);
    const claimed = await store.tasks.claim(taskId(task), 'a');
    if (claimed === null) throw new Error('cannot be claimed');
    const source = { run_id: run._id, kind: 'zones' as const, task_id: claimed._id, fence: claimed.fence };
    await store.changes.stage(source, [change(Number(scope))]);
    const result = { rows: 1, requested_at: at };
    await store.tasks.end(claimed._id, claimed.fence, { state: 'completed', result }, noRequests);
  }
  await store.runs.setPlan(run._id, 'zones', { phase: 'ready', windows: 0 });
  return run;
}

function change(id: number) {
  const operation = 'insert' as const;
  const staged = { key: String(id), operation, expects: null, requested_at: readAt, before: null, hash: null };
  return { ...staged, after: zone(id, 'Top'), dangling: false };
}

function hold(run: RunDocument, scope: string): HoldDocument {
  return {
    _id: `${run._id}:zones:${scope}`,
    run_id: run._id,
    kind: 'zones',
    scope,
    task_id: taskId({ run_id: run._id, kind: 'zones', action: 'list', subject: scope }),
    title: 'list zones',
    state: 'held',
    reasons: [],
    rows_before: 1,
    rows_now: 1,
    losses: {},
    needs: [],
    lost_parent: null,
    requested_at: readAt,
    replaced_by: null,
  };
}

/** An import that holds some of its lists and has ended. */
async function held(scopes: readonly string[], kept: readonly string[]): Promise<RunDocument> {
  const run = await reading(scopes);
  await store.holds.settle(
    run._id,
    'zones',
    kept.map((scope) => hold(run, scope)),
  );
  await store.runs.publishing(run._id);
  const ended = await store.runs.finish(run._id, 'held', {}, null, new Date(Date.now() + 60_000));
  if (ended === null) throw new Error('has not ended');
  return ended;
}

const ids = (run: RunDocument, ...scopes: string[]) => scopes.map((scope) => `${run._id}:zones:${scope}`);
const states = async (run: RunDocument) =>
  Object.fromEntries((await store.holds.of(run._id)).map(({ scope, state }) => [scope, state]));
const latest = (run: RunDocument) => store.runs.get(run._id);

async function keysOf(run: RunDocument, part: 'free' | 'held' | 'confirmed' | 'made'): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.changes.batches(run._id, 'zones', ['insert'], 10, null, part)) {
    found.push(...batch.map(({ key }) => key));
  }
  const { total } = await store.changes.list(await store.changes.filterOf(run._id, part), 0, 1);
  expect(total).toBe(found.length);
  return found.toSorted();
}

describe('what is held', () => {
  it('is decided once: who comes later changes nothing', async () => {
    const run = await reading(['1', '2']);

    const [first, second] = [
      await store.holds.settle(run._id, 'zones', [hold(run, '1')]),
      await store.holds.settle(run._id, 'zones', [hold(run, '2')]),
    ];

    expect(first).toMatchObject({ held: 1, plan: { zones: { phase: 'settled' } } });
    expect(second).toMatchObject({ held: 1 });
    expect(await states(run)).toEqual({ 1: 'held' });
    expect(await store.holds.settle(run._id, 'zones', [])).toMatchObject({ held: 1 });
  });

  it('is decided once also when several decide at the same time', async () => {
    const run = await reading(['1', '2']);

    await Promise.all(['1', '2', '1', '2'].map((scope) => store.holds.settle(run._id, 'zones', [hold(run, scope)])));

    expect(Object.keys(await states(run))).toHaveLength(1);
    expect((await latest(run))?.held).toBe(1);
  });

  it('is a part of the change set of its own, until it is published', async () => {
    const run = await held(['1', '2', '3'], ['2', '3']);
    expect([await keysOf(run, 'free'), await keysOf(run, 'held')]).toEqual([['1'], ['2', '3']]);

    await store.holds.confirm(run, ids(run, '3'));

    expect([await keysOf(run, 'confirmed'), await keysOf(run, 'held')]).toEqual([['3'], ['2', '3']]);
    expect(await keysOf(run, 'made')).toEqual(['1']);
    await store.changes.discard(run._id, 'made');
    expect(await store.changes.count(run._id)).toBe(2);
  });

  it('is left alone, once confirmed, by who still moves into the history what was published before', async () => {
    const run = await held(['1', '2'], ['2']);
    await bed.collections.runs.updateOne({ _id: run._id }, { $set: { archive: 'due', published_at: readAt } });
    const atWork = await latest(run);
    if (atWork === null) throw new Error('is gone');
    const confirmed = await store.holds.confirm(run, ids(run, '2'));
    await store.changes.add(store.changes.planner(run._id, 'zones', 'confirmed'), [change(9)]);

    await store.archive(atWork);

    expect(confirmed).toMatchObject({ outcome: 'confirmed', run: { archive: null } });
    expect(await keysOf(run, 'confirmed')).toEqual(['2', '9']);
    const { items } = await store.production.history({ run_id: run._id }, 0, 10);
    expect(items.map(({ key }) => key)).toEqual(['1']);
  });
});

describe('a confirmation', () => {
  it('takes the slot and lets the run publish; the same again finds nothing', async () => {
    const run = await held(['1', '2'], ['1', '2']);

    const first = await store.holds.confirm(run, ids(run, '1'));
    const again = await store.holds.confirm(run, ids(run, '1'));

    expect(first).toMatchObject({ outcome: 'confirmed', run: { status: 'publishing', slot: 'import', held: 1 } });
    expect(again.outcome).toBe('moved_on');
    expect(await states(run)).toEqual({ 1: 'confirmed', 2: 'held' });
  });

  it('of a list that is not held any more changes nothing', async () => {
    const run = await held(['1', '2'], ['1', '2']);
    await bed.collections.holds.updateOne({ _id: `${run._id}:zones:2` }, { $set: { state: 'replaced' } });

    expect((await store.holds.confirm(run, ids(run, '1', '2'))).outcome).toBe('moved_on');

    expect(await states(run)).toEqual({ 1: 'held', 2: 'replaced' });
    expect(await latest(run)).toMatchObject({ status: 'held', slot: null });
  });

  it('waits for no other import, and changes nothing meanwhile', async () => {
    const run = await held(['1'], ['1']);
    await store.runs.trigger(runRequest(), false);

    expect((await store.holds.confirm(run, ids(run, '1'))).outcome).toBe('busy');

    expect(await states(run)).toEqual({ 1: 'held' });
    expect(await latest(run)).toMatchObject({ status: 'held', slot: null, held: 1 });
  });

  it('that cannot be carried out is taken back, with the reason', async () => {
    const run = await held(['1', '2'], ['1', '2']);
    await store.holds.confirm(run, ids(run, '1'));
    const publishing = (await latest(run)) ?? run;
    const error = { category: 'internal', code: 'not_published', message: 'too large', remedy: null } as const;

    const released = await store.holds.release(publishing, error);

    expect(released).toMatchObject({ status: 'held', slot: null, held: 2, error });
    expect(await states(run)).toEqual({ 1: 'held', 2: 'held' });
    expect(await store.holds.release(publishing, error)).toBeNull();
  });
});

describe('an import that has read the same list', () => {
  it('takes the place of what earlier ones hold of it; one of which nothing is left is over', async () => {
    const first = await held(['1', '2'], ['1', '2']);
    const second = await held(['2'], ['2']);
    const later = await reading(['2', '3'], new Date('2026-11-01T10:00:00Z'));

    await store.holds.replace(later);

    expect(await states(first)).toEqual({ 1: 'held', 2: 'replaced' });
    expect(await states(second)).toEqual({ 2: 'replaced' });
    expect(await latest(first)).toMatchObject({ status: 'held', held: 1 });
    expect(await latest(second)).toMatchObject({ status: 'partial', held: 0 });
    expect((await store.holds.of(first._id))[1]?.replaced_by).toBe(later._id);
    expect([await keysOf(first, 'held'), await keysOf(second, 'held')]).toEqual([['1'], []]);
  });

  it('in part, or earlier, does not', async () => {
    const run = await held(['1', '2'], ['1', '2']);
    const other = await reading(['1', '2'], new Date('2026-11-01T10:00:00Z'));
    const task = (scope: string) => taskId({ run_id: other._id, kind: 'zones', action: 'list', subject: scope });
    await bed.collections.tasks.updateOne({ _id: task('1') }, { $set: { 'result.partial': true } });
    await bed.collections.tasks.updateOne({ _id: task('2') }, { $set: { 'result.requested_at': new Date(0) } });

    await store.holds.replace(other);

    expect(await states(run)).toEqual({ 1: 'held', 2: 'held' });
  });
});

describe('what nobody has had published in time', () => {
  it('is forgotten, and the run is over', async () => {
    const run = await held(['1'], ['1']);
    const now = new Date();

    expect(await store.forgetUnpublished(now)).toEqual([]);
    expect(await store.forgetUnpublished(new Date(now.getTime() + 120_000))).toEqual([run._id]);

    expect(await states(run)).toEqual({ 1: 'expired' });
    expect(await latest(run)).toMatchObject({ status: 'partial', held: 0, keep_until: null });
    expect(await store.changes.count(run._id)).toBe(0);
  });
});
