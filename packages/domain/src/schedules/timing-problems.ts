import { CronExpressionParser } from 'cron-parser';
import type { FieldProblem } from '../entity.ts';
import { isTimezone } from './clocks.ts';
import type { Timing } from './schedule.ts';
import { nextTicks } from './ticks.ts';

/** Gaps between so many ticks are compared with the jitter of a cron pattern. */
const looked = 100;
const form =
  'must be five fields (minute, hour, day, month, weekday) or six (a second before them), such as "0 3 * * 1-5"';

/** When a schedule is to tick, as it was given. */
export interface GivenTiming {
  readonly cron: string | null;
  readonly timezone: string;
  readonly everySeconds: number | null;
  readonly jitterSeconds: number;
  readonly endsAt: Date | null;
}

/** The timing that was given. @throws Error when there is none: {@link timingProblems} says so */
export function timingOf(
  { cron, timezone, everySeconds }: Pick<GivenTiming, 'cron' | 'timezone' | 'everySeconds'>,
  anchor: Date,
): Timing {
  if (cron !== null) return { cron, timezone };
  if (everySeconds !== null) return { everySeconds, anchor };
  throw new Error('a schedule needs a cron pattern or an interval');
}

/** What is wrong with a cron pattern; null: nothing. */
export function cronProblem(cron: string): string | null {
  const text = cron.trim();
  const fields = text.split(/\s+/).length;
  if (!(text.startsWith('@') && fields === 1) && fields !== 5 && fields !== 6) return form;
  // It would stand for another time in each process.
  if (/(^|[\s,])H/i.test(text)) return 'must name its times: H, which stands for any, is not known here';
  try {
    CronExpressionParser.parse(text, { tz: 'UTC' }).next();
    return null;
  } catch (error) {
    return `${form}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is wrong with a timing, field by field as the API names them. */
export function timingProblems(given: GivenTiming, now: Date): FieldProblem[] {
  const { cron, timezone, everySeconds, endsAt } = given;
  if ((cron === null) === (everySeconds === null)) {
    const message = cron === null ? 'must be given, or every_seconds' : 'must not be given beside every_seconds';
    return [{ path: 'cron', message }];
  }
  const problems: FieldProblem[] = [];
  const pattern = cron === null ? null : cronProblem(cron);
  if (pattern !== null) problems.push({ path: 'cron', message: pattern });
  if (!isTimezone(timezone)) {
    const message = `"${timezone}" is not known: name a time zone such as Europe/Berlin, America/New_York or UTC`;
    problems.push({ path: 'timezone', message });
  }
  if (endsAt !== null && endsAt <= now) problems.push({ path: 'ends_at', message: 'lies in the past' });
  if (problems.length > 0) return problems;
  return tickProblems(given, now);
}

function tickProblems(given: GivenTiming, now: Date): FieldProblem[] {
  const { jitterSeconds, endsAt } = given;
  const ticks = nextTicks({ timing: timingOf(given, now), endsAt }, now, looked);
  const path = given.cron === null ? 'every_seconds' : 'cron';
  if (ticks.length === 0) {
    return [
      { path, message: endsAt === null ? 'never comes' : `does not come before it ends (${endsAt.toISOString()})` },
    ];
  }
  const gaps = ticks.slice(1).map((tick, at) => tick.getTime() - (ticks[at]?.getTime() ?? 0));
  const shortest = Math.min(...gaps) / 1000;
  if (jitterSeconds < shortest) return [];
  return [{ path: 'jitter_seconds', message: `must be less than the ${shortest} seconds between two runs` }];
}
