import {
  conflictPolicies,
  kindName,
  kindNames,
  missedPolicies,
  modes,
  mostMissed,
  operations,
  overlapPolicies,
  runStates,
  tickStates,
} from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from './closed-object.ts';
import { time } from './time.ts';
import { triggerParts } from './triggers.ts';

const maxSeconds = 366 * 86_400;
const maxJitterSeconds = 86_400;
const seconds = (min: number, max: number) => {
  const error = `must be a whole number of seconds from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** What a tick of a schedule came to. */
export const tick = z
  .object({
    at: time.meta({ description: 'The time that it stands for.' }),
    state: z.enum(tickStates),
    reason: z.string().nullable().meta({ description: 'Why it has no run; null where it has one.' }),
    missed: z
      .int()
      .nonnegative()
      .meta({ description: `Ticks before it that nobody was there for; ${mostMissed} stands for as many or more.` }),
    missed_from: time.nullable().meta({ description: 'The first of these.' }),
    run_id: z.string().nullable(),
    decided_at: time,
  })
  .meta({ id: 'Tick' });
export type TickView = z.output<typeof tick>;

/** A schedule as every answer shows it. */
export const schedule = z
  .object({
    id: z.string(),
    name: z.string(),
    operation: z.enum(operations),
    kinds: z.array(kindName),
    mode: z.enum(modes),
    filters: z.record(z.string(), z.unknown()),
    every_seconds: z.int().nullable(),
    cron: z.string().nullable(),
    timezone: z.string().meta({ description: 'By whose clocks a cron pattern is meant.' }),
    conflicts: z.enum(conflictPolicies),
    max_age_hours: z.number().nullable(),
    jitter_seconds: z.int(),
    overlap: z.enum(overlapPolicies),
    missed: z.enum(missedPolicies),
    enabled: z.boolean().meta({ description: 'False: it is paused.' }),
    ends_at: time.nullable(),
    next: z.array(time).meta({ description: 'The next ticks, without jitter; none while it is paused, or has ended.' }),
    last_run: z
      .object({ id: z.string(), status: z.enum(runStates), created_at: time, ended_at: time.nullable() })
      .nullable(),
    last_tick: tick.nullable().meta({ description: 'What the last tick came to that somebody has decided about.' }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.output<typeof schedule>;

/** What answers show of a schedule beside what makes it: given again, it is passed over. */
const shownOnly = ['id', 'next', 'last_run', 'last_tick', 'created_at', 'updated_at'];
const ignored = z
  .unknown()
  .optional()
  .meta({ description: 'Passed over, so that an answer can be sent back changed.' });

/** The body that makes a schedule, or takes the place of one. */
export const scheduleInput = closedObject({
  name: z.string().trim().min(1, 'must not be blank').max(120),
  operation: z.enum(operations).optional().meta({ description: '`import` when not given.' }),
  kinds: z
    .array(kindName)
    .min(1, 'names none: leave it out for all')
    .max(kindNames.length)
    .optional()
    .meta({ description: 'All when not given.' }),
  mode: triggerParts.mode,
  filters: triggerParts.filters.optional(),
  every_seconds: seconds(1, maxSeconds)
    .nullish()
    .meta({ description: 'The time from one run to the next; this or `cron`.' }),
  cron: z
    .string()
    .max(200)
    .nullish()
    .meta({ description: 'Minute, hour, day, month and weekday, with seconds before them where six are given.' }),
  timezone: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Of `cron`, such as `Europe/Berlin`; `UTC` when not given.' }),
  conflicts: triggerParts.conflicts,
  max_age_hours: triggerParts.maxAgeHours.nullish(),
  jitter_seconds: seconds(0, maxJitterSeconds)
    .optional()
    .meta({ description: 'Each run begins up to so many seconds after its tick; 0 when not given.' }),
  overlap: z
    .enum(overlapPolicies)
    .optional()
    .meta({ description: 'What becomes of a tick while the last run of the schedule goes on; `skip` when not given.' }),
  missed: z.enum(missedPolicies).optional().meta({
    description: 'What becomes of ticks that nobody was there for: `skip` when not given, or one run for all of them.',
  }),
  enabled: z.boolean().optional().meta({ description: 'True when not given; false: paused.' }),
  ends_at: z.iso.datetime({ offset: true }).nullish().meta({ description: 'No tick comes after it.' }),
  ...Object.fromEntries(shownOnly.map((name) => [name, ignored])),
}).meta({ id: 'ScheduleInput' });
export type ScheduleInput = z.output<typeof scheduleInput>;
