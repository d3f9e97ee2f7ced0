import type { ScheduleView, TickView } from '@broadstreet-sync/contract';
import { nextTicks } from '@broadstreet-sync/domain';
import {
  type RunDocument,
  type ScheduleDocument,
  type Store,
  type TickDocument,
  tickingOf,
} from '@broadstreet-sync/store';
import { textOf } from '../runs/text-of.ts';

/** Ticks to come that an answer names. */
const mostNext = 5;

export type ScheduleStore = Pick<Store, 'schedules' | 'runs' | 'now'>;

export function tickView(tick: TickDocument): TickView {
  const { at, state, reason, missed, missed_from, run_id, decided_at } = tick;
  return {
    at: at.toISOString(),
    state,
    reason,
    missed,
    missed_from: textOf(missed_from),
    run_id,
    decided_at: decided_at.toISOString(),
  };
}

function lastRunView(run: RunDocument): NonNullable<ScheduleView['last_run']> {
  return { id: run._id, status: run.status, created_at: run.created_at.toISOString(), ended_at: textOf(run.ended_at) };
}

/** The next ticks; from the last that is decided about on, since by another clock it may not have come. */
function nextOf(schedule: ScheduleDocument, now: Date): string[] {
  if (schedule.next_at === null) return [];
  const from = schedule.decided_to > now ? schedule.decided_to : now;
  return nextTicks(tickingOf(schedule), from, mostNext).map((at) => at.toISOString());
}

function viewOf(
  schedule: ScheduleDocument,
  run: RunDocument | null,
  tick: TickDocument | null,
  now: Date,
): ScheduleView {
  return {
    id: schedule._id,
    name: schedule.name,
    operation: schedule.operation,
    kinds: schedule.kinds,
    mode: schedule.mode,
    filters: schedule.filters,
    every_seconds: schedule.every_seconds,
    cron: schedule.cron,
    timezone: schedule.timezone,
    conflicts: schedule.conflicts,
    max_age_hours: schedule.max_age_hours,
    jitter_seconds: schedule.jitter_seconds,
    overlap: schedule.overlap,
    missed: schedule.missed,
    enabled: schedule.enabled,
    ends_at: textOf(schedule.ends_at),
    next: nextOf(schedule, now),
    last_run: run === null ? null : lastRunView(run),
    last_tick: tick === null ? null : tickView(tick),
    created_at: schedule.created_at.toISOString(),
    updated_at: schedule.updated_at.toISOString(),
  };
}

/** What answers show of schedules. */
export async function viewSchedules(store: ScheduleStore, found: readonly ScheduleDocument[]): Promise<ScheduleView[]> {
  if (found.length === 0) return [];
  const [now, runs, ticks] = await Promise.all([
    store.now(),
    store.runs.many(found.flatMap(({ last_run_id }) => last_run_id ?? [])),
    Promise.all(found.map(({ _id }) => store.schedules.lastTick(_id))),
  ]);
  const byId = new Map(runs.map((run) => [run._id, run]));
  return found.map((schedule, at) => {
    return viewOf(schedule, byId.get(schedule.last_run_id ?? '') ?? null, ticks[at] ?? null, now);
  });
}

export async function viewSchedule(store: ScheduleStore, schedule: ScheduleDocument): Promise<ScheduleView> {
  const [view] = await viewSchedules(store, [schedule]);
  if (view === undefined) throw new Error(`schedule ${schedule._id} has no view`);
  return view;
}
