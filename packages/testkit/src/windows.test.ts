import { expect, test } from 'vitest';
import { countWindows } from './windows.ts';

const every = (ms: number, count: number) => Array.from({ length: count }, (_, at) => at * ms);

test('requests that keep to the rate leave no window over it', () => {
  expect(countWindows(every(100, 50), 10)).toEqual({ most: 10, oneOver: 0, moreOver: 0 });
});

test('one request too early is one window with one over', () => {
  expect(countWindows([...every(100, 10), 950], 10)).toEqual({ most: 11, oneOver: 1 / 11, moreOver: 0 });
});

test('two at once too early are more than one over', () => {
  expect(countWindows([...every(100, 10), 950, 950], 10)).toMatchObject({ most: 12, moreOver: 1 });
});
