import { nextTick, timingOf } from '@broadstreet-sync/domain';
import type { Queue, RepeatOptions } from 'bullmq';
import { backoffType, catalog, type JobData } from './catalog.ts';

/** What of a schedule its alarm is made from. */
export interface AlarmedSchedule {
  readonly _id: string;
  readonly name: string;
  readonly revision: number;
  readonly cron: string | null;
  readonly timezone: string;
  readonly every_seconds: number | null;
  readonly anchor: Date;
}

/** An alarm as Redis has it. */
export interface Alarm {
  readonly schedule: string;
  /** Of the schedule that it was made from; null where it cannot be told. */
  readonly revision: number | null;
  /** When it goes off next, in epoch milliseconds by the clock of who set it. */
  readonly next: number | null;
}

/** BullMQ's job schedulers, one for each schedule: they wake a worker at its ticks, and decide nothing. */
export interface Alarms {
  /** Sets the alarm of a schedule; again is as good as once. */
  set(schedule: AlarmedSchedule): Promise<void>;
  list(): Promise<Alarm[]>;
  remove(schedule: string): Promise<void>;
}

/** When a pattern comes next. Instead of BullMQ's own, which on days when clocks are changed depends on when one asks. */
export const repeatStrategy = (after: number, { pattern, tz = 'UTC' }: RepeatOptions): number | undefined => {
  if (pattern === undefined) return undefined;
  return nextTick({ timing: { cron: pattern, timezone: tz }, endsAt: null }, new Date(after))?.getTime();
};

/** @param queue made with {@link repeatStrategy} among its settings */
export function createAlarms(queue: Queue): Alarms {
  return {
    async set({ _id, name, revision, cron, timezone, every_seconds: everySeconds, anchor }) {
      const data: JobData<'tick'> = { job: 'tick', schedule: _id, revision };
      // No more: whoever looks after schedules sees what is left undone.
      const opts = { attempts: 5, backoff: { type: backoffType }, removeOnComplete: true, removeOnFail: true };
      const timing = timingOf({ cron, timezone, everySeconds }, anchor);
      const first = nextTick({ timing, endsAt: null }, new Date());
      if (first === null) return;
      const repeat =
        'cron' in timing
          ? { pattern: timing.cron, tz: timing.timezone }
          : { every: timing.everySeconds * 1000, startDate: first };
      await queue.upsertJobScheduler(_id, repeat, { name: `tick of ${name}`, data, opts });
    },

    async list() {
      return (await queue.getJobSchedulers()).map(({ key, next, template }) => {
        const data = catalog.tick.safeParse(template?.data);
        return { schedule: key, revision: data.success ? data.data.revision : null, next: next ?? null };
      });
    },

    async remove(schedule) {
      await queue.removeJobScheduler(schedule);
    },
  };
}
