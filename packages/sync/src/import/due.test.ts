import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Aged, chooseDue, intervalOf } from './due.ts';

const hourMs = 3_600_000;
const now = new Date('2026-11-23T10:00:00Z');
const maxAgeMs = 24 * hourMs;

interface Named extends Aged {
  readonly name: string;
}

const read = (name: string, hoursAgo: number | null, churn = 0): Named => ({
  name,
  verifiedAt: hoursAgo === null ? null : new Date(now.getTime() - hoursAgo * hourMs),
  churn,
});
const chosen = (scopes: readonly Named[], intervalMs: number | null = null) =>
  chooseDue(scopes, { now, maxAgeMs, intervalMs }).map(({ name }) => name);

describe('chooseDue', () => {
  it('takes what was never read and what is too old, and nothing else where no next run is known of', () => {
    expect(chosen([read('new', null), read('old', 25), read('just', 24), read('young', 12), read('fresh', 0)])).toEqual(
      ['new', 'old', 'just'],
    );
    expect(chosen([read('young', 12), read('fresh', 0)])).toEqual([]);
  });

  it('takes what would be too old by the time of the next run, which may be late', () => {
    expect(chosen([read('a', 22), read('b', 22.6)], hourMs)).toEqual(['b']);
    expect(chosen([read('a', 16), read('b', 19)], 4 * hourMs)).toEqual(['b']);
    expect(chosen([read('a', 0), read('b', 1)], 30 * hourMs)).toEqual(['b', 'a']);
  });

  it('takes what changes often earlier, and first', () => {
    const scopes = [read('calm', 23), read('lively', 5, 1), read('calm and young', 5), read('now and then', 23, 0.3)];

    expect(chosen(scopes)).toEqual(['lively', 'now and then', 'calm']);
  });

  it('spreads what was read all at once, a little with each run, the oldest first', () => {
    const scopes = Array.from({ length: 230 }, (_, at) => read(`${at}`, 2 + at / 1000));

    expect(chosen(scopes, hourMs)).toEqual(
      scopes
        .slice(-10)
        .toReversed()
        .map(({ name }) => name),
    );
  });
});

/** The account over some days of runs, each list read when it is chosen; gives what every run took and saw. */
function simulate(churns: readonly number[], hours: number, intervalMs: number) {
  const scopes = churns.map((churn) => ({ churn, verifiedAt: new Date(now) }));
  const times: Date[] = [];
  const sizes: number[] = [];
  let oldestMs = 0;
  for (let at = now.getTime() + intervalMs; at <= now.getTime() + hours * hourMs; at += intervalMs) {
    const time = new Date(at);
    times.unshift(time);
    oldestMs = Math.max(oldestMs, ...scopes.map(({ verifiedAt }) => at - verifiedAt.getTime()));
    const due = chooseDue(scopes, { now: time, maxAgeMs, intervalMs: intervalOf(times.slice(0, 6)) });
    for (const scope of due) scope.verifiedAt = time;
    sizes.push(due.length);
  }
  return { sizes, oldestMs };
}

describe('on a schedule', () => {
  it('nothing is older than the age, at any frequency and however much changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(1 / 4, 1, 2, 5, 11),
        (churns, interval) => {
          expect(simulate(churns, 72, interval * hourMs).oldestMs).toBeLessThanOrEqual(maxAgeMs);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('an account of 574 lists takes about as many each hour, at most 215 even if all of it always changes', () => {
    const calm = simulate(
      Array.from({ length: 574 }, () => 0),
      96,
      hourMs,
    ).sizes.slice(24);
    const wild = simulate(
      Array.from({ length: 574 }, () => 1),
      96,
      hourMs,
    ).sizes;
    const average = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) / sizes.length;

    expect([Math.min(...calm), Math.max(...calm)]).toEqual([25, 25]);
    expect(average(wild)).toBeLessThanOrEqual(215);
  });
});

describe('intervalOf', () => {
  const at = (...hours: number[]) => hours.map((hour) => new Date(now.getTime() - hour * hourMs));

  it('is not known from one run', () => {
    expect([intervalOf([]), intervalOf(at(0))]).toEqual([null, null]);
  });

  it('is the usual time between runs, whatever one of them was', () => {
    expect(intervalOf(at(0, 1))).toBe(hourMs);
    expect(intervalOf(at(0, 1, 1.1, 2, 3, 4))).toBe(hourMs);
    expect(intervalOf(at(0, 1, 2, 12, 13, 14))).toBe(hourMs);
  });
});
