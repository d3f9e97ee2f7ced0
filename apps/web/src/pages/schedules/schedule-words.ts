import type { ScheduleView, TickView } from '@broadstreet-sync/contract';
import { cronProblem, kindNames } from '@broadstreet-sync/domain';
import cronstrue from 'cronstrue';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;
export type Unit = (typeof units)[number][0];
export const unitNames = units.map(([unit]) => unit).toReversed();

export function secondsOf(unit: Unit): number {
  return units.find(([name]) => name === unit)?.[1] ?? 1;
}

/** An interval in the largest unit that it is a whole number of: 5400 seconds are 90 minutes. */
export function inUnits(seconds: number): { readonly count: number; readonly unit: Unit } {
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? units[3];
  return { count: seconds / size, unit };
}

/** A cron pattern in plain words; null where it is none. */
export function describeCron(cron: string): string | null {
  if (cronProblem(cron) !== null) return null;
  try {
    const words = cronstrue.toString(cron, { use24HourTimeFormat: true });
    // Of times alone it does not say on which days.
    return words.startsWith('At ') && !/[a-z]/.test(words.slice(3).replaceAll(' and ', ' '))
      ? `${words}, every day`
      : words;
  } catch {
    return null;
  }
}

/** When a schedule runs, in plain words: `At 03:00, Monday through Friday`, `Every 6 hours`. */
export function describeTiming({ cron, every_seconds: seconds }: Pick<ScheduleView, 'cron' | 'every_seconds'>): string {
  if (cron !== null) return describeCron(cron) ?? cron;
  const { count, unit } = inUnits(seconds ?? 1);
  return count === 1 ? `Every ${unit}` : `Every ${count.toLocaleString()} ${unit}s`;
}

const modeWords: Readonly<Record<ScheduleView['mode'], string>> = {
  full: '',
  fresh: 'fresh',
  incremental: '',
  due: 'what is due',
};

/** What a schedule runs, in a few words: `Import of zones, filtered`. */
export function describeWhat({ operation, kinds, mode, filters }: ScheduleView): string {
  const parts = [
    kinds.length === kindNames.length ? 'everything' : kinds.join(', '),
    modeWords[mode],
    Object.keys(filters).length === 0 ? '' : 'filtered',
  ];
  return `${operation === 'import' ? 'Import' : 'Export'} of ${parts.filter((part) => part !== '').join(', ')}`;
}

/** What a person should know of the last tick: that it has no run, or that earlier ones were missed. */
export function describeTick({ state, reason, missed }: TickView): string | null {
  const earlier = missed === 0 ? null : `${missed.toLocaleString()} before it ${missed === 1 ? 'was' : 'were'} missed`;
  if (state === 'started' || state === 'starting') return earlier;
  const word = state === 'skipped' ? 'left out' : 'missed';
  return [`${word}: ${reason ?? ''}`, earlier].filter((part) => part !== null).join('; ');
}
