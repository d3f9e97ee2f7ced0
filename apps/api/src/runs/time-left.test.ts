import { describe, expect, it } from 'vitest';
import { type Pace, secondsLeft } from './time-left.ts';

const pace: Pace = { allowed: 5, latencyMs: 300, workers: 1, runs: 1, recent: 0, recentMs: 0, waitMs: 0 };

describe('the time that requests take', () => {
  it('is requests by rate, and one latency for each level', () => {
    expect(secondsLeft(574, 5, pace)).toBe(Math.ceil(574 / 5 + 1.5));
  });

  it('begins with the wait that is on', () => {
    expect(secondsLeft(50, 0, { ...pace, waitMs: 12_000 })).toBe(22);
  });

  it('is longer where another run shares the rate', () => {
    expect(secondsLeft(50, 0, { ...pace, runs: 2 })).toBe(20);
  });

  it('is corrected by the speed that is seen, the more the longer it is', () => {
    const half = { ...pace, recent: 75, recentMs: 30_000 };
    const whole = { ...pace, recent: 150, recentMs: 60_000 };

    // 2.5/s where 5 are allowed.
    expect(secondsLeft(300, 0, half)).toBe(80);
    expect(secondsLeft(300, 0, whole)).toBe(120);
  });

  it('does not believe what was seen while nothing went on', () => {
    expect(secondsLeft(50, 0, { ...pace, recent: 3, recentMs: 60_000 })).toBe(10);
  });

  it('is no shorter than the rate allows', () => {
    expect(secondsLeft(300, 0, { ...pace, recent: 900, recentMs: 60_000 })).toBe(60);
  });

  it('without a limit follows from latency and workers', () => {
    const unlimited = { ...pace, allowed: null, latencyMs: 200 };

    expect(secondsLeft(3200, 0, unlimited)).toBe(10);
    expect(secondsLeft(3200, 0, { ...unlimited, workers: 2 })).toBe(5);
    expect(secondsLeft(3200, 0, { ...unlimited, latencyMs: null })).toBe(15);
  });

  it('is not known without a worker', () => {
    expect(secondsLeft(10, 1, { ...pace, workers: 0 })).toBeNull();
  });
});
