import type { RequestEnd } from './types.ts';

/** What this process has to tell of requests that ended. */
export interface RequestTally {
  readonly used: number;
  readonly rateLimited: number;
  readonly failed: number;
  readonly waitedMs: number;
  /** The last ones in order: a answered, s answered slowly, l answered 429, f failed. */
  readonly outcomes: string;
  /** Of them with an answer, and how long these took together. */
  readonly answers: number;
  readonly answeredMs: number;
  /** By the clock of this process, when the last of those that got any answer was sent; null: none did. */
  readonly sentAt: number | null;
  /** What the last of those that failed, failed with. */
  readonly cause: string;
}

export const emptyTally: RequestTally = {
  used: 0,
  rateLimited: 0,
  failed: 0,
  waitedMs: 0,
  outcomes: '',
  answers: 0,
  answeredMs: 0,
  sentAt: null,
  cause: '',
};

/** As many as the breaker looks at. */
const mostOutcomes = 20;
const marks = { answered: 'a', rate_limited: 'l', failed: 'f', aborted: '' } as const;

/** An answer counts as slow from here, or from so many times what is usual; whichever is longer. */
const leastSlowMs = 5000;
const slowFactor = 8;

/**
 * Says whether an answer took so long that the host seems to be failing.
 *
 * @param usualMs null: not known
 */
export function isSlow(durationMs: number, usualMs: number | null): boolean {
  return usualMs !== null && durationMs > Math.max(leastSlowMs, slowFactor * usualMs);
}

/** A tally with one more request. Pure. */
export function addEnd(tally: RequestTally, end: RequestEnd, usualMs: number | null, nowMs: number): RequestTally {
  const { outcome, durationMs, oursMs = 0 } = end;
  const theirsMs = durationMs - oursMs;
  const isAnswered = outcome === 'answered';
  const slow = isAnswered && isSlow(theirsMs, usualMs);
  const seconds = (theirsMs / 1000).toFixed(1);
  const cause = slow ? `an answer took ${seconds} s, ${((usualMs ?? 0) / 1000).toFixed(1)} s is usual` : end.cause;
  const heardOf = isAnswered || outcome === 'rate_limited' ? nowMs - durationMs : Number.NEGATIVE_INFINITY;
  const sentAt = Math.max(tally.sentAt ?? Number.NEGATIVE_INFINITY, heardOf);
  return {
    used: tally.used + 1,
    rateLimited: tally.rateLimited + (outcome === 'rate_limited' ? 1 : 0),
    failed: tally.failed + (outcome === 'failed' ? 1 : 0),
    waitedMs: tally.waitedMs,
    outcomes: lastOf(tally.outcomes + (slow ? 's' : marks[outcome])),
    answers: tally.answers + (isAnswered ? 1 : 0),
    answeredMs: tally.answeredMs + (isAnswered ? theirsMs : 0),
    sentAt: sentAt === Number.NEGATIVE_INFINITY ? null : sentAt,
    cause: cause ?? tally.cause,
  };
}

/** Two tallies as one, the earlier first. Pure. */
export function joinTallies(earlier: RequestTally, later: RequestTally): RequestTally {
  return {
    used: earlier.used + later.used,
    rateLimited: earlier.rateLimited + later.rateLimited,
    failed: earlier.failed + later.failed,
    waitedMs: earlier.waitedMs + later.waitedMs,
    outcomes: lastOf(earlier.outcomes + later.outcomes),
    answers: earlier.answers + later.answers,
    answeredMs: earlier.answeredMs + later.answeredMs,
    sentAt: later.sentAt ?? earlier.sentAt,
    cause: later.cause === '' ? earlier.cause : later.cause,
  };
}

function lastOf(outcomes: string): string {
  return outcomes.slice(-mostOutcomes);
}
