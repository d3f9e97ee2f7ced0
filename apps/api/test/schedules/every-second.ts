import type { ScheduleInput, ScheduleView } from '@broadstreet-sync/contract';
import { dueTime } from '@broadstreet-sync/domain';
import type { RunDocument, ScheduleDocument, TickDocument } from '@broadstreet-sync/store';
import { eventually, type RunningApp } from '@broadstreet-sync/testkit';
import type { ApiClient } from '../api-client.ts';
import { createSystem, type System } from '../system.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const jitterSeconds = 3;

/** After so many ticks that were decided about, this happens. */
export interface Disturbances {
  /** One of three workers is killed. */
  readonly killAfter: number;
  /** Redis is emptied. */
  readonly flushAfter: number;
  /** The schedule is paused. */
  readonly pauseAfter: number;
}

/** What came of one schedule. */
export interface Kept {
  readonly createdAt: Date;
  /** In order. */
  readonly ticks: readonly TickDocument[];
  readonly runs: readonly RunDocument[];
}

export interface Outcome {
  readonly everySecond: Kept;
  /** Its last tick lay minutes back when the workers came, and it leaves out what was missed. */
  readonly leftOut: Kept;
  /** The same, but it catches up. */
  readonly caughtUp: Kept;
  /** Of every four seconds, and up to three later. */
  readonly jittered: Kept;
  /** Ticks of every second that had been decided about when Redis was emptied. */
  readonly beforeFlush: number;
  /** Ids of schedules that had an alarm before the end. */
  readonly alarmed: readonly string[];
}

/**
 * Has a schedule of every second run over three workers, of which one is killed, and empties Redis once; two others have missed
 * a tick before.
 */
export async function runEverySecond(disturbances: Disturbances): Promise<Outcome> {
  const system = await createSystem();
  try {
    await system.bed.remote.create({ account: 'bare' });
    return await disturb(system, disturbances);
  } finally {
    await system.close();
  }
}

async function disturb(system: System, { killAfter, flushAfter, pauseAfter }: Disturbances): Promise<Outcome> {
  const api = await system.startApi();
  const skipping = await make(api, { name: 'leaves out', every_seconds: 3600, missed: 'skip' });
  const catching = await make(api, { name: 'catches up', every_seconds: 3600, missed: 'catch_up' });
  await missOneTick(system, [skipping, catching]);
  const secondly = await make(api, { name: 'every second', every_seconds: 1 });
  const later = await make(api, { name: 'later', every_seconds: 4, jitter_seconds: jitterSeconds });
  const workers = await Promise.all([system.startWorker(), system.startWorker(), system.startWorker()]);

  await decided(system, secondly, killAfter);
  await one(workers).kill('SIGKILL');
  await decided(system, secondly, flushAfter);
  const beforeFlush = (await ticksOf(system, secondly)).length;
  await system.redis.flushall();
  await decided(system, secondly, pauseAfter);
  const alarmed = await eventually(async () => {
    const ids = await system.redis.zrange(`${system.bed.queuePrefix}:sync:repeat`, '0', '-1');
    return ids.length === 4 ? ids.map(String) : undefined;
  });
  for (const { id } of [secondly, later]) await api.send('POST', `/api/schedules/${id}/pause`);
  await settled(system);

  const kept = (schedule: ScheduleView) => readKept(system, schedule);
  const [everySecond, leftOut] = await Promise.all([kept(secondly), kept(skipping)]);
  const [caughtUp, jittered] = await Promise.all([kept(catching), kept(later)]);
  return { everySecond, leftOut, caughtUp, jittered, beforeFlush, alarmed };
}

function one(workers: readonly RunningApp[]): RunningApp {
  const [first] = workers;
  if (first === undefined) throw new Error('no worker is up');
  return first;
}

async function make(api: ApiClient, given: ScheduleInput): Promise<ScheduleView> {
  const reply = await api.send('POST', '/api/schedules', { kinds: ['networks'], ...given });
  if (reply.status !== 201) throw new Error(`POST /api/schedules answers ${reply.status}: ${reply.text}`);
  return JSON.parse(reply.text);
}

/** As if they had been made hours ago, and nobody had been there when a tick came five minutes ago. */
async function missOneTick({ db }: System, schedules: readonly ScheduleView[]): Promise<void> {
  const at = new Date(Date.now() - 5 * minute);
  const anchor = new Date(at.getTime() - hour);
  const ids = schedules.map(({ id }) => id);
  await db
    .collection<ScheduleDocument>('schedules')
    .updateMany({ _id: { $in: ids } }, { $set: { anchor, decided_to: anchor, next_at: at, created_at: anchor } });
}

function ticksOf({ db }: System, { id }: ScheduleView): Promise<TickDocument[]> {
  return db.collection<TickDocument>('schedule_ticks').find({ schedule_id: id }).sort({ at: 1 }).toArray();
}

async function decided(system: System, schedule: ScheduleView, ticks: number): Promise<void> {
  const isReached = async () => (await ticksOf(system, schedule)).length >= ticks;
  await eventually(isReached, { timeoutMs: 10 * minute });
}

/** Until every tick has its run, and every run has ended. */
async function settled({ db }: System): Promise<void> {
  const isOver = async () => {
    const starting = await db.collection('schedule_ticks').countDocuments({ state: 'starting' });
    return starting === 0 && (await db.collection('runs').countDocuments({ ended_at: null })) === 0;
  };
  await eventually(isOver, { timeoutMs: 2 * minute });
}

async function readKept(system: System, schedule: ScheduleView): Promise<Kept> {
  const document = await system.db.collection<ScheduleDocument>('schedules').findOne({ _id: schedule.id });
  if (document === null) throw new Error(`schedule ${schedule.name} is gone`);
  const runs = await system.db
    .collection<RunDocument>('runs')
    .find({ 'schedule.id': schedule.id })
    .sort({ created_at: 1 })
    .toArray();
  return { createdAt: document.created_at, ticks: await ticksOf(system, schedule), runs };
}

/** Ticks that were decided about before they were due, with their jitter. */
export function tooEarly({ ticks }: Kept): string[] {
  const isEarly = ({ schedule_id: id, at, decided_at }: TickDocument) =>
    decided_at < dueTime({ id, jitterSeconds }, at);
  return ticks.filter(isEarly).map(({ at }) => at.toISOString());
}

/** The tick that each run is for. */
export function ticksOfRuns({ runs }: Kept): string[] {
  return runs.map(({ schedule }) => schedule?.at?.toISOString() ?? 'none').sort();
}

/** The ticks of which there is to be a run. */
export function startedTicks({ ticks }: Kept): string[] {
  return ticks.filter(({ state }) => state === 'started').map(({ at }) => at.toISOString());
}

/** Seconds of which nobody knows what became of them, or of which two tell. */
export function unaccounted({ createdAt, ticks }: Kept): string[] {
  let last = createdAt.getTime();
  const faults: string[] = [];
  for (const { at, missed, missed_from } of ticks) {
    const between = (at.getTime() - last) / second - 1;
    const from = missed === 0 ? null : last + second;
    if (between !== missed || (missed_from?.getTime() ?? null) !== from) {
      faults.push(`${at.toISOString()}: ${between} before it, ${missed} known as missed`);
    }
    last = at.getTime();
  }
  return faults;
}
