/** What is known of the scopes that a list is read of. */
export interface Aged {
  /** Null: never. */
  readonly verifiedAt: Date | null;
  /** From 0, never seen to change, to 1, changed at each of the last reads. */
  readonly churn: number;
}

export interface DuePace {
  readonly now: Date;
  /** What nothing is to get older than. */
  readonly maxAgeMs: number;
  /** Time from one such run to the next; null while it is not known. */
  readonly intervalMs: number | null;
}

/** What always changes is read this many times as often as what never does. */
const mostOften = 6;
/** Where nothing tells when the next run comes, it is expected after this part of the age. */
const unknownShare = 1 / 24;
/** The next run may come later than expected by half as long again. */
const lateness = 1.5;

/**
 * Chooses the scopes that a run of the mode `due` reads. What would pass its age before the next run is always among them;
 * what changes often passes it earlier. Beside these as many are taken, the next to pass it first, as keeps each run about
 * the same size: an account that was read all at once is soon spread over the whole age. Pure.
 *
 * @returns the most changeable first
 */
export function chooseDue<S extends Aged>(scopes: readonly S[], { now, maxAgeMs, intervalMs }: DuePace): S[] {
  const ageOf = ({ churn }: Aged): number => maxAgeMs / (1 + (mostOften - 1) * churn);
  const passesAt = (scope: Aged): number => (scope.verifiedAt?.getTime() ?? Number.NEGATIVE_INFINITY) + ageOf(scope);
  const horizon = now.getTime() + lateness * (intervalMs ?? maxAgeMs * unknownShare);
  const inOrder = scopes.toSorted((a, b) => passesAt(a) - passesAt(b));
  const needed = inOrder.findIndex((scope) => passesAt(scope) > horizon);
  const share = (scope: Aged, interval: number) => interval / Math.max(ageOf(scope) - interval, interval);
  const even = intervalMs === null ? 0 : scopes.reduce((sum, scope) => sum + share(scope, intervalMs), 0);
  const count = Math.max(needed === -1 ? scopes.length : needed, Math.round(even));
  return inOrder.slice(0, count).sort((a, b) => b.churn - a.churn);
}

/**
 * The time from one run to the next: the middle one of the last few, so that neither a run by hand nor an outage counts.
 *
 * @param times when runs were asked for, the latest first
 */
export function intervalOf(times: readonly Date[]): number | null {
  const gaps = times.slice(1).map((time, at) => (times[at]?.getTime() ?? 0) - time.getTime());
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
}
