import { CronExpressionParser } from 'cron-parser';
import { changeBetween, offsetAt } from './clocks.ts';

/** Longer than clocks were ever put forward or back at once: Samoa left out a day in 2011. */
const longestShiftMs = 25 * 3_600_000;
/** Changes of the clocks that a search passes: a pattern comes within a few years, or never. */
const mostChanges = 40;

/** The first time after another at which a clock without changes shows what the pattern names; null: there is none. */
function nextShown(cron: string, after: number): number | null {
  try {
    return CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: new Date(after) })
      .next()
      .getTime();
  } catch {
    return null;
  }
}

/** A pattern of every hour goes by elapsed time: when an hour comes twice, it ticks in both. */
function isOfEveryHour(cron: string): boolean {
  return CronExpressionParser.parse(cron, { tz: 'UTC' }).fields.hour.values.length === 24;
}

/** The clocks of a place since they were last changed, or for as long as that matters. */
interface Period {
  readonly offset: number;
  /** When they were changed, and what they were ahead before; null when that is long ago. */
  readonly change: { readonly at: number; readonly offset: number } | null;
}

function periodAt(timezone: string, at: number): Period {
  const offset = offsetAt(timezone, at);
  const earlier = at - longestShiftMs;
  const before = offsetAt(timezone, earlier);
  if (before === offset) return { offset, change: null };
  return { offset, change: { at: changeBetween(timezone, earlier, at), offset: before } };
}

/** The next tick whose time the clocks really show. A time that they show twice counts once, unless all hours do. */
function nextPlain(cron: string, { offset, change }: Period, after: number): number | null {
  const isRepeated = change !== null && change.offset > offset && !isOfEveryHour(cron);
  const from = isRepeated ? Math.max(after + offset, change.at + change.offset - 1) : after + offset;
  const shown = nextShown(cron, from);
  return shown === null ? null : shown - offset;
}

/** The next tick whose time was left out when the clocks were put forward: it comes as if they had not been. */
function nextLeftOut(cron: string, { offset, change }: Period, after: number): number | null {
  if (change === null || change.offset > offset) return null;
  const shown = nextShown(cron, Math.max(after, change.at - 1) + change.offset);
  return shown === null || shown >= change.at + offset ? null : shown - change.offset;
}

/**
 * The first tick of a cron pattern after a moment, by the clocks of a place; null when there is none.
 *
 * It does not depend on where the search begins, which cron-parser's own does on days on which clocks are changed: a time
 * that is left out comes as much later, a time that comes twice ticks the first time, a pattern of every hour each time.
 *
 * @param after epoch milliseconds
 */
export function cronTickAfter(cron: string, timezone: string, after: number): number | null {
  let from = after;
  for (let passed = 0; passed < mostChanges; passed += 1) {
    const period = periodAt(timezone, from + 1);
    const plain = nextPlain(cron, period, from);
    if (plain === null) return null;
    const isSamePeriod = offsetAt(timezone, plain) === period.offset;
    const leftOut = nextLeftOut(cron, period, from);
    const found = [isSamePeriod ? plain : null, leftOut].filter((tick) => tick !== null);
    if (found.length > 0) return Math.min(...found);
    from = changeBetween(timezone, from + 1, plain) - 1;
  }
  return null;
}
