import {
  concernedKinds,
  nextDueTime,
  sourcesOf,
  type Ticking,
  tickTransitions,
  timingOf,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ScheduleDocument, TickDocument } from './documents.ts';
import type { RunRequest } from './runs.ts';
import { databaseTime, inTransaction, isDuplicateKey } from './transactions.ts';

/** What a person gives of a schedule. */
export type NewSchedule = Omit<
  ScheduleDocument,
  '_id' | 'anchor' | 'decided_to' | 'next_at' | 'last_run_id' | 'revision' | 'created_at' | 'updated_at'
>;

/** A tick with what was decided about it. */
export type TickPlan = Pick<TickDocument, 'at' | 'state' | 'reason' | 'missed' | 'missed_from' | 'cancels'>;

/** Names a tick, and the run that is made of it. With a blank in it, it is no key that a request can have. */
export function tickKey(scheduleId: string, at: Date): string {
  return `schedule ${scheduleId} ${at.toISOString()}`;
}

/** What of a schedule decides when it runs. */
export function tickingOf(schedule: ScheduleDocument): Ticking {
  const { _id, cron, timezone, every_seconds: everySeconds, anchor, jitter_seconds, ends_at } = schedule;
  return {
    id: _id,
    timing: timingOf({ cron, timezone, everySeconds }, anchor),
    jitterSeconds: jitter_seconds,
    endsAt: ends_at,
  };
}

/**
 * The run that a schedule asks for.
 *
 * @param at the tick that it is for; null: a person has it run
 */
export function scheduledRequest(schedule: ScheduleDocument, at: Date | null): Omit<RunRequest, 'idempotency_key'> {
  const { _id, name, revision, operation, mode, filters, max_age_hours, conflicts } = schedule;
  return {
    operation,
    mode,
    kinds: operation === 'import' ? concernedKinds(schedule.kinds, filters) : schedule.kinds,
    only: null,
    filters,
    max_age_hours,
    dry_run: false,
    conflicts,
    confirm: [],
    requested_by: at === null ? 'api' : `schedule "${name}"`,
    schedule: { id: _id, name, at },
    retry_of: null,
    asked: { schedule: _id, revision },
  };
}

/** When the next tick after a moment is due; null for a schedule that is paused. */
function nextOf(schedule: ScheduleDocument, after: Date): Date | null {
  return schedule.enabled ? nextDueTime(tickingOf(schedule), after) : null;
}

function hasSameTiming(one: NewSchedule, other: NewSchedule): boolean {
  return one.cron === other.cron && one.timezone === other.timezone && one.every_seconds === other.every_seconds;
}

/** Schedules, and what became of their ticks. All times are by the database's clock. */
export function createSchedules(db: mongo.Db, { schedules, ticks }: Collections) {
  /** Stores a change that was made of what stands there; null when that is gone, or has been changed meanwhile. */
  function put(before: ScheduleDocument, after: ScheduleDocument): Promise<ScheduleDocument | null> {
    const { _id, ...fields } = after;
    const same = { _id, revision: before.revision, decided_to: before.decided_to };
    return schedules.findOneAndUpdate(same, { $set: fields }, { returnDocument: 'after' });
  }

  /** Repeats a change while ticks are decided about; null when the schedule is gone or has another revision. */
  async function change(
    id: string,
    revision: number | undefined,
    apply: (before: ScheduleDocument, now: Date) => ScheduleDocument,
  ): Promise<ScheduleDocument | null> {
    for (;;) {
      const [before, now] = await Promise.all([schedules.findOne({ _id: id }), databaseTime(db)]);
      if (before === null || (revision !== undefined && before.revision !== revision)) return null;
      const wanted = apply(before, now);
      const after = { ...wanted, next_at: nextOf(wanted, wanted.decided_to) };
      const changed = await put(before, { ...after, revision: before.revision + 1, updated_at: now });
      if (changed !== null) return changed;
    }
  }

  return {
    async create(given: NewSchedule): Promise<ScheduleDocument> {
      const now = await databaseTime(db);
      const schedule: ScheduleDocument = {
        ...given,
        _id: new Types.ObjectId().toHexString(),
        anchor: now,
        decided_to: now,
        next_at: null,
        last_run_id: null,
        revision: 1,
        created_at: now,
        updated_at: now,
      };
      const complete = { ...schedule, next_at: nextOf(schedule, now) };
      await schedules.insertOne(complete);
      return complete;
    },

    get: (id: string): Promise<ScheduleDocument | null> => schedules.findOne({ _id: id }),

    async list(
      filter: mongo.Filter<ScheduleDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: ScheduleDocument[]; total: number }> {
      const found = schedules.find(filter).sort({ name: 1, _id: 1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), schedules.countDocuments(filter)]);
      return { items, total };
    },

    /**
     * Takes what is given in the place of what was. Ticks count anew where they come at other times now, or it was paused.
     *
     * @param revision the one that the change was made from; any when undefined
     * @returns null when it is gone or has another revision
     */
    replace(id: string, given: NewSchedule, revision?: number): Promise<ScheduleDocument | null> {
      return change(id, revision, (before, now) => {
        if (!hasSameTiming(given, before)) return { ...before, ...given, anchor: now, decided_to: now };
        const isAsBefore = before.enabled && given.enabled;
        return { ...before, ...given, decided_to: isAsBefore ? before.decided_to : now };
      });
    },

    /** Pauses or resumes; again is as good as once. Null when it is gone. */
    async setEnabled(id: string, enabled: boolean): Promise<ScheduleDocument | null> {
      const schedule = await schedules.findOne({ _id: id });
      if (schedule === null || schedule.enabled === enabled) return schedule;
      // What was left out while it was paused was not missed.
      return change(id, undefined, (before, now) => ({ ...before, enabled, decided_to: now }));
    },

    /** @returns false when it is gone or has another revision */
    async remove(id: string, revision?: number): Promise<boolean> {
      const filter = { _id: id, ...(revision === undefined ? {} : { revision }) };
      if ((await schedules.deleteOne(filter)).deletedCount === 0) return false;
      await ticks.deleteMany({ schedule_id: id });
      return true;
    },

    /** Schedules that have a tick to come. */
    awaited: (): Promise<ScheduleDocument[]> => schedules.find({ next_at: { $gte: new Date(0) } }).toArray(),

    /**
     * Stores what was decided about a tick, with the tick itself in one transaction.
     *
     * @param schedule as it was when that was decided
     * @returns false when another process has decided, or the schedule was changed
     */
    async decide(schedule: ScheduleDocument, plan: TickPlan, now: Date): Promise<boolean> {
      const { _id: id, revision, decided_to, enabled } = schedule;
      const tick: TickDocument = {
        ...plan,
        _id: tickKey(id, plan.at),
        schedule_id: id,
        run_id: null,
        decided_at: now,
      };
      const set = { decided_to: plan.at, next_at: nextOf(schedule, plan.at) };
      try {
        return await inTransaction(db, async (session) => {
          const filter = { _id: id, revision, decided_to, enabled };
          const { modifiedCount } = await schedules.updateOne(filter, { $set: set }, { session });
          if (modifiedCount === 0) return false;
          await ticks.insertOne(tick, { session });
          return true;
        });
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** Decided ticks whose run is not known to be stored, though there was time for it. */
    unstarted(decidedBefore: Date): Promise<TickDocument[]> {
      return ticks.find({ state: 'starting', decided_at: { $lt: decidedBefore } }).toArray();
    },

    /** What the last tick of a schedule came to. */
    lastTick: (id: string): Promise<TickDocument | null> => ticks.findOne({ schedule_id: id }, { sort: { at: -1 } }),

    getTick: (id: string): Promise<TickDocument | null> => ticks.findOne({ _id: id }),

    /** Notes the run that was made of a tick. */
    async started(tick: TickDocument, runId: string): Promise<void> {
      const filter = { _id: tick._id, state: { $in: sourcesOf(tickTransitions, 'started') } };
      await ticks.updateOne(filter, { $set: { state: 'started', run_id: runId } });
      await schedules.updateOne({ _id: tick.schedule_id }, { $set: { last_run_id: runId } });
    },

    /** Notes the run that a person had made. */
    async ranNow(id: string, runId: string): Promise<void> {
      await schedules.updateOne({ _id: id }, { $set: { last_run_id: runId } });
    },

    async ticksOf(id: string, skip: number, limit: number): Promise<{ items: TickDocument[]; total: number }> {
      const filter = { schedule_id: id };
      const found = ticks.find(filter).sort({ at: -1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), ticks.countDocuments(filter)]);
      return { items, total };
    },
  };
}

export type Schedules = ReturnType<typeof createSchedules>;
