import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seldom } from './seldom.ts';

/** Counts how often each key is read. */
function counting(tookMs: number) {
  const times = new Map<string, number>();
  const read = seldom(async (key) => {
    times.set(key, (times.get(key) ?? 0) + 1);
    await delay(tookMs);
    return times.get(key);
  });
  return { read, times };
}

test('what was quickly read is read each time', async () => {
  const { read } = counting(0);

  expect([await read('a'), await read('a')]).toEqual([1, 2]);
});

test('what took long is not read again at once, each key by itself', async () => {
  const { read, times } = counting(200);

  const first = await Promise.all([read('a'), read('a'), read('b')]);

  expect([...first, await read('a')]).toEqual([1, 1, 1, 1]);
  expect(Object.fromEntries(times)).toEqual({ a: 1, b: 1 });
});

test('what could not be read is tried again', async () => {
  let times = 0;
  const read = seldom(async () => {
    times += 1;
    if (times === 1) throw new Error('away');
    return times;
  });

  await expect(read('a')).rejects.toThrow('away');
  expect(await read('a')).toBe(2);
});
