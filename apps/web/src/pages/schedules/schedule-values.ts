import type { ScheduleView } from '@broadstreet-sync/contract';
import {
  type EntityReference,
  type GivenTiming,
  type KindName,
  kindNames,
  nextTicks,
  parentField,
  timingOf,
  timingProblems,
} from '@broadstreet-sync/domain';
import type { ScheduleWish } from '../../queries/schedules.ts';
import { filterFieldsOf } from './filter-fields.ts';
import { inUnits, secondsOf, type Unit } from './schedule-words.ts';

/** What the form of a schedule holds: what is typed stays text until it is sent. */
export interface ScheduleValues {
  readonly name: string;
  readonly operation: ScheduleView['operation'];
  readonly mode: ScheduleView['mode'];
  readonly maxAgeHours: string;
  readonly kinds: readonly KindName[];
  /** The one entity of a kind that it is limited to. */
  readonly within: Readonly<Partial<Record<KindName, EntityReference>>>;
  readonly filterName: string;
  /** With commas or blanks between them. */
  readonly ids: string;
  readonly isCron: boolean;
  readonly cron: string;
  readonly timezone: string;
  readonly every: string;
  readonly unit: Unit;
  readonly conflicts: ScheduleView['conflicts'];
  readonly jitterSeconds: string;
  readonly overlap: ScheduleView['overlap'];
  readonly missed: ScheduleView['missed'];
  /** As a control of the reader's own time has it; empty: none. */
  readonly endsAt: string;
  readonly enabled: boolean;
}

/** A new schedule: each night, by the reader's clocks, of the network that was chosen. */
export function newValues(network: { kind: KindName; id: number } | null, timezone: string): ScheduleValues {
  return {
    name: '',
    operation: 'import',
    mode: network === null ? 'full' : 'incremental',
    maxAgeHours: '24',
    kinds: kindNames,
    within: network === null ? {} : { [network.kind]: network.id },
    filterName: '',
    ids: '',
    isCron: true,
    cron: '0 3 * * *',
    timezone,
    every: '6',
    unit: 'hour',
    conflicts: 'remote_wins',
    jitterSeconds: '0',
    overlap: 'skip',
    missed: 'skip',
    endsAt: '',
    enabled: true,
  };
}

/** A time as a control for it has it, in the reader's zone. */
function localText(time: string): string {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The values of a schedule that is to be changed. */
export function valuesOf(schedule: ScheduleView, timezone: string): ScheduleValues {
  const fresh = newValues(null, schedule.cron === null ? timezone : schedule.timezone);
  const { filters, cron, every_seconds: seconds, max_age_hours: age } = schedule;
  const interval = seconds === null ? { count: fresh.every, unit: fresh.unit } : inUnits(seconds);
  const within = kindNames.flatMap((name) => {
    const value = filters[parentField(name)];
    return typeof value === 'number' || typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    ...fresh,
    name: schedule.name,
    operation: schedule.operation,
    mode: schedule.mode,
    maxAgeHours: age === null ? fresh.maxAgeHours : String(age),
    kinds: schedule.kinds,
    within: Object.fromEntries(within),
    filterName: typeof filters.name === 'string' ? filters.name : '',
    ids: Array.isArray(filters.ids) ? filters.ids.join(', ') : '',
    isCron: cron !== null,
    cron: cron ?? fresh.cron,
    every: String(interval.count),
    unit: interval.unit,
    conflicts: schedule.conflicts,
    jitterSeconds: String(schedule.jitter_seconds),
    overlap: schedule.overlap,
    missed: schedule.missed,
    endsAt: schedule.ends_at === null ? '' : localText(schedule.ends_at),
    enabled: schedule.enabled,
  };
}

/** A number that was typed; what is none is sent as it is, for the API to say so. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function isFiltered({ operation, mode }: ScheduleValues): boolean {
  return operation === 'export' || mode === 'incremental';
}

function filtersOf(values: ScheduleValues): NonNullable<ScheduleWish['filters']> {
  const { within, filterName, ids, operation, kinds } = values;
  const fields = filterFieldsOf(operation, kinds);
  const chosen = fields.chosen.flatMap((name) => {
    const id = within[name];
    return id === undefined ? [] : [[parentField(name), id] as const];
  });
  const named = ids.split(/[\s,]+/).filter((id) => id !== '');
  return {
    ...Object.fromEntries(chosen),
    ...(fields.name && filterName.trim() !== '' ? { name: filterName } : {}),
    ...(fields.ids && named.length > 0 ? { ids: named } : {}),
  };
}

/** What is sent. */
export function toWish(values: ScheduleValues): ScheduleWish {
  const { operation, mode, isCron } = values;
  return {
    name: values.name,
    operation,
    kinds: [...values.kinds],
    ...(operation === 'import' ? { mode } : {}),
    ...(isFiltered(values) ? { filters: filtersOf(values) } : {}),
    ...(operation === 'import' && mode === 'due' ? { max_age_hours: numberOf(values.maxAgeHours) } : {}),
    ...(isCron
      ? { cron: values.cron, timezone: values.timezone }
      : { every_seconds: numberOf(values.every) * secondsOf(values.unit) }),
    conflicts: values.conflicts,
    jitter_seconds: numberOf(values.jitterSeconds),
    overlap: values.overlap,
    missed: values.missed,
    ends_at: values.endsAt === '' ? null : new Date(values.endsAt).toISOString(),
    enabled: values.enabled,
  };
}

/** The next runs that the values come to; none where something is wrong with them. */
export function previewOf(values: ScheduleValues, now: Date, most: number): Date[] {
  const { isCron, cron, timezone, every, unit, endsAt } = values;
  const everySeconds = isCron ? null : numberOf(every) * secondsOf(unit);
  if (everySeconds !== null && !(Number.isInteger(everySeconds) && everySeconds > 0)) return [];
  const given: GivenTiming = {
    cron: isCron ? cron : null,
    timezone,
    everySeconds,
    jitterSeconds: 0,
    endsAt: endsAt === '' ? null : new Date(endsAt),
  };
  if (timingProblems(given, now).length > 0) return [];
  return nextTicks({ timing: timingOf(given, now), endsAt: given.endsAt }, now, most);
}
