import type { KindName } from '@broadstreet-sync/domain';
import { createRunQueues, type RunQueues } from '@broadstreet-sync/jobs';
import { createLogger } from '@broadstreet-sync/runtime';
import { createStore, type NewSchedule, type ScheduleDocument, type Store, tickKey } from '@broadstreet-sync/store';
import { eventually, type TestBed, testBed } from '@broadstreet-sync/testkit';
import { type Db, MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScheduleKeeper, type ScheduleKeeper } from './schedule-keeper.ts';

const minute = 60_000;
const log = createLogger({ name: 'keeper', level: 'silent' });
let bed: TestBed;
let store: Store;
let queues: RunQueues;
let client: MongoClient;
let db: Db;
let keeper: ScheduleKeeper;

beforeEach(async () => {
  bed = testBed();
  store = await createStore(bed.mongoUri);
  queues = createRunQueues({ redisUrl: bed.redisUrl, prefix: bed.queuePrefix });
  client = new MongoClient(bed.mongoUri);
  db = client.db(bed.database);
  keeper = createScheduleKeeper({ store, queues, log });
});
afterEach(async () => {
  await keeper.stop();
  await Promise.all([queues.close(), store.close(), client.close()]);
});

const kinds: KindName[] = ['networks'];

async function make(given: Partial<NewSchedule> = {}): Promise<ScheduleDocument> {
  return store.schedules.create({
    name: 'hourly',
    operation: 'import',
    kinds,
    mode: 'full',
    filters: {},
    every_seconds: 3600,
    cron: null,
    timezone: 'UTC',
    conflicts: 'remote_wins',
    max_age_hours: null,
    jitter_seconds: 0,
    overlap: 'skip',
    missed: 'skip',
    enabled: true,
    ends_at: null,
    ...given,
  });
}

/** As if the last tick of an hourly schedule had come so long ago, and nobody had been there for so many. */
async function comeTo(schedule: ScheduleDocument, agoMs: number, ticks = 1): Promise<Date> {
  const at = new Date((await store.now()).getTime() - agoMs);
  const first = new Date(at.getTime() - (ticks - 1) * 60 * minute);
  const anchor = new Date(first.getTime() - 60 * minute);
  const set = { anchor, decided_to: anchor, next_at: first };
  await db.collection<ScheduleDocument>('schedules').updateOne({ _id: schedule._id }, { $set: set });
  return at;
}

async function runsOf({ _id }: ScheduleDocument) {
  return (await store.runs.list({ 'schedule.id': _id }, 0, 100)).items;
}

describe('a tick', () => {
  it('makes one run, however many processes carry it out, which says where it comes from', async () => {
    const schedule = await make({ filters: { network_id: 7 }, mode: 'incremental', conflicts: 'manual' });
    const at = await comeTo(schedule, 500);
    const others = Array.from({ length: 15 }, () => createScheduleKeeper({ store, queues, log }));

    await Promise.all([keeper, ...others].map(({ carryOut }) => carryOut(schedule._id)));
    await keeper.carryOut(schedule._id);

    const runs = await runsOf(schedule);
    expect(runs).toMatchObject([
      {
        operation: 'import',
        mode: 'incremental',
        kinds,
        filters: { network_id: 7 },
        conflicts: 'manual',
        requested_by: 'schedule "hourly"',
        schedule: { id: schedule._id, name: 'hourly', at },
        idempotency_key: tickKey(schedule._id, at),
        slot: 'import',
      },
    ]);
    const after = await store.schedules.get(schedule._id);
    expect(after).toMatchObject({ decided_to: at, next_at: new Date(at.getTime() + 60 * minute), revision: 1 });
    expect(after?.last_run_id).toBe(runs[0]?._id);
    const { items } = await store.schedules.ticksOf(schedule._id, 0, 10);
    expect(items).toMatchObject([{ at, state: 'started', missed: 0, run_id: runs[0]?._id }]);
    expect((await queues.runState({ _id: runs[0]?._id ?? '', generation: 1 })).state).toBe('waiting-children');
  });

  it('does not come while the schedule is paused, nor after it was deleted', async () => {
    const [paused, deleted] = [await make(), await make()];
    await store.schedules.setEnabled(paused._id, false);
    await store.schedules.remove(deleted._id);

    expect(await keeper.carryOut(paused._id)).toBeNull();
    expect(await keeper.carryOut(deleted._id)).toBeNull();

    expect(await store.runs.list({}, 0, 1)).toMatchObject({ total: 0 });
  });

  it('is not carried out by one who has looked before the schedule was changed', async () => {
    const schedule = await make();
    const at = await comeTo(schedule, 500);
    const seen = await store.schedules.get(schedule._id);
    if (seen === null) throw new Error('it is gone');
    await store.schedules.replace(schedule._id, { ...seen, name: 'another' });

    const plan = { at, state: 'starting', reason: null, missed: 0, missed_from: null, cancels: [] } as const;
    expect(await store.schedules.decide(seen, { ...plan, cancels: [] }, await store.now())).toBe(false);
  });

  it('whose process died before its run was stored is carried out by another', async () => {
    const schedule = await make();
    const at = await comeTo(schedule, 500);
    const seen = await store.schedules.get(schedule._id);
    if (seen === null) throw new Error('it is gone');
    const longAgo = new Date((await store.now()).getTime() - minute);
    const plan = { at, state: 'starting', reason: null, missed: 0, missed_from: null, cancels: [] } as const;
    expect(await store.schedules.decide(seen, { ...plan, cancels: [] }, longAgo)).toBe(true);

    keeper.start();

    const run = await eventually(() => store.runs.withKey(tickKey(schedule._id, at)));
    await eventually(async () => (await store.schedules.lastTick(schedule._id))?.run_id === run._id);
    expect(await runsOf(schedule)).toHaveLength(1);
  });

  it('with a jitter lets the alarm wait until it is over', async () => {
    const schedule = await make({ jitter_seconds: 1800 });
    const next = new Date((await store.now()).getTime() + 20 * minute);
    await db.collection<ScheduleDocument>('schedules').updateOne({ _id: schedule._id }, { $set: { next_at: next } });

    const waitMs = await keeper.carryOut(schedule._id);

    expect(waitMs).toBeGreaterThan(15 * minute);
    expect(waitMs).toBeLessThanOrEqual(20 * minute);
  });
});

describe('ticks that nobody was there for', () => {
  it('are left out by the policy skip, and told of', async () => {
    const schedule = await make({ missed: 'skip' });
    const at = await comeTo(schedule, 5 * minute, 3);

    await keeper.carryOut(schedule._id);

    expect(await runsOf(schedule)).toEqual([]);
    expect(await store.schedules.lastTick(schedule._id)).toMatchObject({
      at,
      state: 'missed',
      missed: 2,
      run_id: null,
    });
  });

  it('come to one run by the policy catch_up', async () => {
    const schedule = await make({ missed: 'catch_up' });
    const at = await comeTo(schedule, 5 * minute, 3);

    await keeper.carryOut(schedule._id);
    await keeper.carryOut(schedule._id);

    expect(await runsOf(schedule)).toMatchObject([{ schedule: { at } }]);
    expect(await store.schedules.lastTick(schedule._id)).toMatchObject({ at, state: 'started', missed: 2 });
  });

  it('are those of other times once its times were changed, and none of while it was paused', async () => {
    const [changed, resumed] = [await make({ missed: 'catch_up' }), await make({ missed: 'catch_up' })];
    await comeTo(changed, 5 * minute);
    await comeTo(resumed, 5 * minute);

    await store.schedules.replace(changed._id, { ...changed, every_seconds: 7200 });
    await store.schedules.setEnabled(resumed._id, false);
    await store.schedules.setEnabled(resumed._id, true);
    for (const { _id } of [changed, resumed]) await keeper.carryOut(_id);

    expect(await store.runs.list({}, 0, 1)).toMatchObject({ total: 0 });
  });
});

describe('while the last run goes on', () => {
  /** A run of the schedule that has begun. */
  async function running(schedule: ScheduleDocument): Promise<string> {
    await comeTo(schedule, 500);
    await keeper.carryOut(schedule._id);
    const [run] = await runsOf(schedule);
    if (run === undefined) throw new Error('it has no run');
    await store.runs.start(run._id);
    return run._id;
  }

  it('skip: there is no other, and its tick says of which run', async () => {
    const schedule = await make({ overlap: 'skip' });
    const first = await running(schedule);
    await comeTo(schedule, 100);

    await keeper.carryOut(schedule._id);

    expect(await runsOf(schedule)).toHaveLength(1);
    const tick = await store.schedules.lastTick(schedule._id);
    expect(tick).toMatchObject({ state: 'skipped', run_id: null });
    expect(tick?.reason).toContain(first);
  });

  it('queue: one waits behind it, and no more', async () => {
    const schedule = await make({ overlap: 'queue' });
    const first = await running(schedule);
    for (const agoMs of [300, 100]) {
      await comeTo(schedule, agoMs);
      await keeper.carryOut(schedule._id);
    }

    const [second, ...others] = await runsOf(schedule);
    expect(others.map(({ _id }) => _id)).toEqual([first]);
    expect(second).toMatchObject({ slot: null, status: 'queued' });
    const { items } = await store.schedules.ticksOf(schedule._id, 0, 10);
    expect(items.map(({ state }) => state)).toEqual(['skipped', 'started', 'started']);
  });

  it('cancel: it is stopped, and the other waits until it has ended', async () => {
    const schedule = await make({ overlap: 'cancel' });
    const first = await running(schedule);
    await comeTo(schedule, 100);

    await keeper.carryOut(schedule._id);

    expect(await store.runs.get(first)).toMatchObject({ status: 'running', stop: { reason: 'cancelled' } });
    const [second] = await runsOf(schedule);
    expect(second).toMatchObject({ slot: null, status: 'queued' });
    await store.runs.finish(first, 'cancelled', {}, null);
    expect(await store.runs.get(second?._id ?? '')).toMatchObject({ slot: 'import' });
  });

  it('a run that somebody else has started only keeps it waiting', async () => {
    const schedule = await make({ overlap: 'skip' });
    const other = await make({ name: 'other' });
    await running(other);
    await comeTo(schedule, 100);

    await keeper.carryOut(schedule._id);

    expect(await runsOf(schedule)).toMatchObject([{ slot: null, status: 'queued' }]);
  });
});

describe('who looks after schedules', () => {
  it('carries out a tick whose alarm did not go off', async () => {
    const schedule = await make();
    const at = await comeTo(schedule, 4000);

    keeper.start();

    await eventually(() => store.runs.withKey(tickKey(schedule._id, at)));
  });

  it('sets alarms that Redis does not have, and takes away those of no schedule', async () => {
    const [kept, paused, changed] = [await make(), await make(), await make()];
    await store.schedules.setEnabled(paused._id, false);
    await queues.alarms.set(paused);
    await queues.alarms.set(changed);
    await store.schedules.replace(changed._id, { ...changed, every_seconds: 7200 });
    await queues.alarms.set({ ...kept, _id: 'f'.repeat(24) });

    keeper.start();

    const wanted = [`${kept._id} 1`, `${changed._id} 2`].sort();
    await eventually(async () => {
      const alarms = (await queues.alarms.list()).map(({ schedule, revision }) => `${schedule} ${revision}`).sort();
      return JSON.stringify(alarms) === JSON.stringify(wanted);
    });
  });
});
