import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { together } from './together.ts';

/** Work that doubles numbers, and what it was given each time. */
function doubling(most: number) {
  const batches: (readonly number[])[] = [];
  const double = together(most, String, async (items: readonly number[]) => {
    batches.push(items);
    await setImmediate();
    if (items.includes(13)) throw new Error('unlucky');
    return items.map((item) => 2 * item);
  });
  return { batches, double };
}

test('what comes alone is done at once, what comes meanwhile together', async () => {
  const { batches, double } = doubling(3);

  const doubled = await Promise.all([1, 2, 3, 4, 5, 6].map(double));

  expect(doubled).toEqual([2, 4, 6, 8, 10, 12]);
  expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
});

test('two of one key are done one after the other', async () => {
  const { batches, double } = doubling(10);

  await Promise.all([1, 2, 2, 3, 2].map(double));

  expect(batches).toEqual([[1], [2, 3], [2], [2]]);
});

test('work that fails fails for each of its items, and for no other', async () => {
  const { double } = doubling(2);

  const ended = await Promise.allSettled([1, 13, 2, 3].map(double));

  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await double(4)).toBe(8);
});

test('work without an outcome for each item is a fault', async () => {
  const short = together(10, String, async (items: readonly number[]) => items.slice(1));

  await expect(short(1)).rejects.toThrow('0 outcomes of 1 items');
});
