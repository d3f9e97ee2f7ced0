import { expect, test } from 'vitest';
import { retryDelayMs } from './retries.ts';
import { readRetryAfter } from './retry-after.ts';

test('the pause before a repetition is anything up to a bound that doubles to 30 s', () => {
  const longest = [1, 2, 3, 10].map((retry) => retryDelayMs(retry, () => 1));

  expect(longest).toEqual([500, 1000, 2000, 30_000]);
  expect(retryDelayMs(3, () => 0)).toBe(0);
});

const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
test.for([
  [{ 'retry-after': '5' }, 5000],
  [{ 'retry-after': ' 1.5 ' }, 1500],
  [{ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT', date }, 30_000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT', date }, 0],
  [{ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' }, 20_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{}, undefined],
] as const)('Retry-After in %j means %s ms', ([headers, expected]) => {
  expect(readRetryAfter(headers, Date.parse('2026-11-23T10:00:10Z'))).toBe(expected);
});
