import { expect, test } from 'vitest';
import { addEnd, emptyTally, isSlow, joinTallies } from './request-tally.ts';
import type { RequestEnd } from './types.ts';

const end = (outcome: RequestEnd['outcome'], durationMs = 100, cause?: string): RequestEnd => ({
  outcome,
  durationMs,
  cause,
});

test.for([
  [4999, 100, false],
  [5001, 100, true],
  [9000, 1200, false],
  [9700, 1200, true],
  [60_000, null, false],
] as const)('an answer of %i ms where %s ms is usual is slow: %s', ([durationMs, usualMs, slow]) => {
  expect(isSlow(durationMs, usualMs)).toBe(slow);
});

test('the time that we took ourselves with a long answer does not make it slow', () => {
  const tally = addEnd(emptyTally, { ...end('answered', 60_000), oursMs: 59_800 }, 100, 100_000);

  expect(tally).toMatchObject({ outcomes: 'a', answeredMs: 200, sentAt: 40_000 });
});

test('a tally has outcomes in order, counts, and when the last request with an answer was sent', () => {
  const ends = [end('answered'), end('failed', 10, 'status 500'), end('rate_limited'), end('aborted')];

  const tally = ends.reduce((sum, one, at) => addEnd(sum, one, 100, 1000 + at), emptyTally);

  expect(tally).toEqual({
    used: 4,
    rateLimited: 1,
    failed: 1,
    waitedMs: 0,
    outcomes: 'afl',
    answers: 1,
    answeredMs: 100,
    sentAt: 902,
    cause: 'status 500',
  });
});

test('what could not be told is joined to what came after, and only the last outcomes matter', () => {
  const many = Array.from({ length: 15 }).reduce<typeof emptyTally>(
    (sum) => addEnd(sum, end('answered'), null, 500),
    emptyTally,
  );
  const late = Array.from({ length: 10 }).reduce<typeof emptyTally>(
    (sum) => addEnd(sum, end('failed', 5, 'gone'), null, 900),
    emptyTally,
  );

  const joined = joinTallies(many, late);

  expect(joined).toMatchObject({ used: 25, failed: 10, answers: 15, sentAt: 400, cause: 'gone' });
  expect(joined.outcomes).toBe(`${'a'.repeat(10)}${'f'.repeat(10)}`);
});
