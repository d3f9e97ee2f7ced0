import { decideTick, dueTick, hasEnded } from '@broadstreet-sync/domain';
import type { RunQueues } from '@broadstreet-sync/jobs';
import {
  type ScheduleDocument,
  type Store,
  scheduledRequest,
  type TickDocument,
  tickingOf,
  tickKey,
} from '@broadstreet-sync/store';
import type { SyncLog } from '@broadstreet-sync/sync';
import { createLoop, type Loop } from './loop.ts';

export interface ScheduleKeeperSettings {
  readonly store: Pick<Store, 'schedules' | 'runs' | 'now'>;
  readonly queues: Pick<RunQueues, 'alarms' | 'startRun' | 'cancelRun'>;
  readonly log: SyncLog;
}

export interface ScheduleKeeper extends Loop {
  /**
   * Carries out the tick of a schedule that is due, if any is.
   *
   * @returns milliseconds until the next is due, where that is soon: an alarm goes off before the jitter is over
   */
  carryOut(scheduleId: string): Promise<number | null>;
}

const everyMs = 1000;
/** An alarm has woken someone by then; else nobody was. */
const overdueAfterMs = 2000;
/** Who decided about a tick has stored its run by then. */
const startedWithinMs = 5000;
/** An alarm that should have gone off so long ago does not any more. */
const deadAlarmMs = 10_000;
/** A job waits for a tick no longer than a jitter may take. */
const longestWaitMs = 86_400_000;

/**
 * Keeps schedules: carries out their ticks when alarms go off, and does so too where none did. Sets alarms anew that Redis has
 * lost. Every worker has one; what becomes of a tick is stored under a unique key first, so any number of them make one run
 * of it.
 */
export function createScheduleKeeper({ store, queues, log }: ScheduleKeeperSettings): ScheduleKeeper {
  const { schedules } = store;

  async function carryOut(scheduleId: string): Promise<number | null> {
    const [schedule, now] = await Promise.all([schedules.get(scheduleId), store.now()]);
    if (schedule === null || schedule.next_at === null) return null;
    const waitMs = schedule.next_at.getTime() - now.getTime();
    if (waitMs > 0) return isOfThisTick(schedule, waitMs) ? waitMs : null;
    await decide(schedule, now);
    return null;
  }

  async function decide(schedule: ScheduleDocument, now: Date): Promise<void> {
    const due = dueTick(tickingOf(schedule), schedule.decided_to, now);
    if (due === null) return;
    const key = tickKey(schedule._id, due.at);
    const open = await store.runs.openOf(schedule._id, key);
    const runs = open.map(({ _id, status }) => ({ id: _id, hasBegun: status !== 'queued' }));
    const { state, reason, cancels } = decideTick(due, schedule, runs, now);
    const { at, missed, missedFrom } = due;
    const plan = { at, state, reason, missed, missed_from: missedFrom, cancels: [...cancels] };
    if (!(await schedules.decide(schedule, plan, now))) return;
    const said = { schedule: schedule._id, name: schedule.name, tick: at, state, reason, missed };
    log.info(said, state === 'starting' ? 'a schedule runs' : 'a schedule does not run');
    const tick = await schedules.getTick(key);
    if (tick?.state === 'starting') await start(schedule, tick);
  }

  /** Makes the run of a tick; again is as good as once. */
  async function start(schedule: ScheduleDocument, tick: TickDocument): Promise<void> {
    for (const id of tick.cancels) await cancel(id);
    const request = { ...scheduledRequest(schedule, tick.at), idempotency_key: tick._id };
    const { outcome, run } = await store.runs.trigger(request, true);
    await schedules.started(tick, run._id);
    // Behind another it waits without a slot. What the queues do not take now, the reconciler gives them later.
    const holder = run.slot === null ? await store.runs.get(run._id) : run;
    if (outcome === 'created' && holder !== null && holder.slot !== null) await queues.startRun(holder);
  }

  async function cancel(id: string): Promise<void> {
    const stopped = await store.runs.requestStop(id, 'cancelled', null);
    if (stopped === null || hasEnded(stopped.status)) return;
    await queues.cancelRun(stopped).catch((err: unknown) => {
      log.warn({ err, run: id }, 'the wish to stop is stored; the queues will follow later');
    });
  }

  async function carryOutOverdue(awaited: readonly ScheduleDocument[]): Promise<void> {
    const now = await store.now();
    const overdue = awaited.filter(
      ({ next_at }) => next_at !== null && now.getTime() - next_at.getTime() > overdueAfterMs,
    );
    for (const schedule of overdue) await guarded(schedule, () => decide(schedule, now));
  }

  async function startLeft(): Promise<void> {
    const now = await store.now();
    for (const tick of await schedules.unstarted(new Date(now.getTime() - startedWithinMs))) {
      const schedule = await schedules.get(tick.schedule_id);
      if (schedule !== null) await guarded(schedule, () => start(schedule, tick));
    }
  }

  /** One schedule that cannot be carried out must not keep the others from it. */
  async function guarded({ _id, name }: ScheduleDocument, work: () => Promise<unknown>): Promise<void> {
    await work().catch((err: unknown) => log.warn({ err, schedule: _id, name }, 'could not carry out a schedule'));
  }

  async function keep(): Promise<void> {
    await startLeft();
    // Without Redis too.
    await carryOutOverdue(await schedules.awaited());
    const alarms = new Map((await queues.alarms.list()).map((alarm) => [alarm.schedule, alarm]));
    // After the alarms: one that was set meanwhile is of a schedule that is read here.
    const awaited = await schedules.awaited();
    const dead = (await store.now()).getTime() - deadAlarmMs;
    for (const schedule of awaited) {
      const alarm = alarms.get(schedule._id);
      alarms.delete(schedule._id);
      const isSet = alarm?.revision === schedule.revision && alarm.next !== null && alarm.next > dead;
      if (!isSet) await guarded(schedule, () => queues.alarms.set(schedule));
    }
    for (const id of alarms.keys()) await queues.alarms.remove(id);
  }

  return { ...createLoop(everyMs, keep, (error) => log.warn({ err: error }, 'could not keep schedules')), carryOut };
}

/** An alarm goes off at the tick, or a little before it where clocks differ; the run comes up to its jitter later. */
function isOfThisTick({ jitter_seconds }: ScheduleDocument, waitMs: number): boolean {
  return waitMs <= Math.min(longestWaitMs, jitter_seconds * 1000 + overdueAfterMs);
}
