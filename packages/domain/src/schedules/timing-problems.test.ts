import { describe, expect, it } from 'vitest';
import { cronProblem, type GivenTiming, timingProblems } from './timing-problems.ts';

const now = new Date('2026-11-01T10:00:00Z');

function problemsOf(given: Partial<GivenTiming>): string[] {
  const none = { cron: null, timezone: 'UTC', everySeconds: null, jitterSeconds: 0, endsAt: null };
  return timingProblems({ ...none, ...given }, now).map(({ path, message }) => `${path} ${message}`);
}

describe('a cron pattern', () => {
  it.each(['0 3 * * *', '*/5 * * * * *', '@daily', '0 9 * * MON#1', '0 0 L * *', ' 0 3  * * 1-5 ', '0 0 29 2 *'])(
    'may be %s',
    (pattern) => {
      expect(cronProblem(pattern)).toBeNull();
    },
  );

  it.each([
    ['', 'must be five fields'],
    ['* * *', 'must be five fields'],
    ['* * * * * * *', 'must be five fields'],
    ['61 * * * *', 'got value 61 expected range 0-59'],
    ['0 25 * * *', 'expected range 0-23'],
    ['0 0 30 2 *', 'Invalid explicit day of month'],
    ['every day at three', 'must be five fields'],
    ['a b c d e', 'must be five fields'],
    ['H 3 * * *', 'H, which stands for any'],
    ['0 H(1-4) * * *', 'H, which stands for any'],
  ])('may not be "%s"', (pattern, message) => {
    expect(cronProblem(pattern)).toContain(message);
  });
});

describe('a timing', () => {
  it('is a pattern or an interval', () => {
    expect(problemsOf({})).toEqual(['cron must be given, or every_seconds']);
    expect(problemsOf({ cron: '0 3 * * *', everySeconds: 60 })).toEqual([
      'cron must not be given beside every_seconds',
    ]);
    expect(problemsOf({ cron: '0 3 * * *', timezone: 'Europe/Berlin' })).toEqual([]);
    expect(problemsOf({ everySeconds: 1 })).toEqual([]);
  });

  it('names all that is wrong with it', () => {
    expect(problemsOf({ cron: '0 24 * * *', timezone: 'Mars/Base', endsAt: now })).toEqual([
      expect.stringMatching(/^cron must be five fields/),
      'timezone "Mars/Base" is not known: name a time zone such as Europe/Berlin, America/New_York or UTC',
      'ends_at lies in the past',
    ]);
  });

  it('must come before it ends', () => {
    const endsAt = new Date('2026-11-01T10:00:59Z');
    expect(problemsOf({ everySeconds: 60, endsAt })).toEqual([
      'every_seconds does not come before it ends (2026-11-01T10:00:59.000Z)',
    ]);
  });

  it('leaves more time between two runs than the jitter may take', () => {
    expect(problemsOf({ everySeconds: 60, jitterSeconds: 59 })).toEqual([]);
    expect(problemsOf({ everySeconds: 60, jitterSeconds: 60 })).toEqual([
      'jitter_seconds must be less than the 60 seconds between two runs',
    ]);
    expect(problemsOf({ cron: '0,10 3 * * *', jitterSeconds: 600 })).toEqual([
      'jitter_seconds must be less than the 600 seconds between two runs',
    ]);
  });
});
