import { cronTickAfter } from './cron-ticks.ts';
import { mostMissed, type Ticking, type Timing } from './schedule.ts';

function tickAfter(timing: Timing, after: number): number | null {
  if ('cron' in timing) return cronTickAfter(timing.cron, timing.timezone, after);
  const [start, everyMs] = [timing.anchor.getTime(), timing.everySeconds * 1000];
  return start + Math.max(1, Math.floor((after - start) / everyMs) + 1) * everyMs;
}

/** The next tick of a schedule after a moment; null after its end. */
export function nextTick({ timing, endsAt }: Pick<Ticking, 'timing' | 'endsAt'>, after: Date): Date | null {
  const tick = tickAfter(timing, after.getTime());
  return tick === null || (endsAt !== null && tick > endsAt.getTime()) ? null : new Date(tick);
}

/** The next so many ticks of a schedule after a moment. */
export function nextTicks(schedule: Pick<Ticking, 'timing' | 'endsAt'>, after: Date, most: number): Date[] {
  const ticks: Date[] = [];
  let at: Date | null = after;
  while (ticks.length < most) {
    at = nextTick(schedule, at);
    if (at === null) break;
    ticks.push(at);
  }
  return ticks;
}

/** From 0 up to 1, the same for the same text everywhere (FNV-1a). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}

/** When the run of a tick is to begin: so much later as its jitter says, which is the same for all who ask. */
export function dueTime({ id, jitterSeconds }: Pick<Ticking, 'id' | 'jitterSeconds'>, tick: Date): Date {
  return new Date(tick.getTime() + Math.floor(fractionOf(`${id} ${tick.toISOString()}`) * jitterSeconds * 1000));
}

/** When the next tick after a moment is due, with its jitter; null after the end. */
export function nextDueTime(schedule: Ticking, after: Date): Date | null {
  const tick = nextTick(schedule, after);
  return tick === null ? null : dueTime(schedule, tick);
}

/**
 * The last tick of a span, by halving what is left of it: a pattern may have as many ticks as there are seconds.
 *
 * @param after not part of the span
 * @param until part of it
 */
function lastTick(schedule: Ticking, after: Date, until: Date): Date | null {
  const within = (from: Date): Date | null => {
    const tick = nextTick(schedule, from);
    return tick === null || tick > until ? null : tick;
  };
  let last = within(after);
  if (last === null) return null;
  let none = until.getTime();
  for (let next = within(last); next !== null; next = within(last)) {
    last = next;
    const middle = Math.floor((last.getTime() + none) / 2);
    const later = within(new Date(middle));
    if (later === null) none = middle;
    else last = later;
  }
  return last;
}

/** A tick that nobody has decided about, with those before it that nobody was there for. */
export interface DueTick {
  readonly at: Date;
  readonly dueAt: Date;
  /** Earlier ones, at most {@link mostMissed} of them. */
  readonly missed: number;
  /** The first of these. */
  readonly missedFrom: Date | null;
}

/**
 * The last tick that is due of those that nobody has decided about; null when none is.
 *
 * @param decidedTo the last tick that somebody has decided about, or the moment from which the schedule counts
 */
export function dueTick(schedule: Ticking, decidedTo: Date, now: Date): DueTick | null {
  const latest = lastTick(schedule, decidedTo, now);
  // The jitter is shorter than the time between two ticks: where that of the latest is not over, that of the one before is.
  const isWaiting = latest !== null && dueTime(schedule, latest) > now;
  const at = isWaiting ? lastTick(schedule, decidedTo, new Date(latest.getTime() - 1)) : latest;
  if (at === null) return null;
  const earlier = nextTicks({ ...schedule, endsAt: new Date(at.getTime() - 1) }, decidedTo, mostMissed);
  return { at, dueAt: dueTime(schedule, at), missed: earlier.length, missedFrom: earlier[0] ?? null };
}
