import type { InputFault, ScheduleInput, Trigger } from '@broadstreet-sync/contract';
import { type GivenTiming, kindNames, timingProblems } from '@broadstreet-sync/domain';
import type { NewSchedule } from '@broadstreet-sync/store';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import { type AskedRun, toAskedRun } from '../runs/asked-run.ts';

/**
 * Reads the body of a schedule: its timing, and what it runs as a trigger would be read.
 *
 * @param now by which its end lies ahead
 * @throws ProblemError `invalid_input`, naming all that is wrong
 */
export function toSchedule(body: ScheduleInput, now: Date): NewSchedule {
  const { operation = 'import', enabled = true } = body;
  const timing: GivenTiming = {
    cron: body.cron?.trim() ?? null,
    timezone: body.timezone ?? 'UTC',
    everySeconds: body.every_seconds ?? null,
    jitterSeconds: body.jitter_seconds ?? 0,
    endsAt: body.ends_at == null ? null : new Date(body.ends_at),
  };
  const { asked, faults } = readRun(body);
  // One that is paused may have ended.
  const times = timingProblems(enabled ? timing : { ...timing, endsAt: null }, now);
  if (asked === null || times.length > 0) throw invalidInput([...times, ...faults]);
  const { mode, filters, max_age_hours = null, conflicts } = asked.run;
  return {
    name: body.name,
    operation,
    kinds: kindsOf(body),
    mode,
    filters,
    every_seconds: timing.everySeconds,
    cron: timing.cron,
    timezone: timing.timezone,
    conflicts,
    max_age_hours,
    jitter_seconds: timing.jitterSeconds,
    overlap: body.overlap ?? 'skip',
    missed: body.missed ?? 'skip',
    enabled,
    ends_at: timing.endsAt,
  };
}

function kindsOf({ kinds }: ScheduleInput): NewSchedule['kinds'] {
  return kindNames.filter((name) => kinds === undefined || kinds.includes(name));
}

interface ReadRun {
  /** Null where something is wrong with it. */
  readonly asked: AskedRun | null;
  readonly faults: readonly InputFault[];
}

function readRun(body: ScheduleInput): ReadRun {
  const { operation = 'import', mode, filters, conflicts, max_age_hours: age } = body;
  // An answer says of an export that it is `full`, which a trigger of one is not told.
  const isSaid = operation === 'import' || mode !== 'full';
  const trigger: Trigger = { mode: isSaid ? mode : undefined, filters, conflicts, max_age_hours: age ?? undefined };
  try {
    return { asked: toAskedRun(operation, kindsOf(body), trigger), faults: [] };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'invalid_input') throw error;
    return { asked: null, faults: error.body.errors ?? [] };
  }
}
