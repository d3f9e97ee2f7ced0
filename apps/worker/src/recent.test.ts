import { expect, test } from 'vitest';
import { createPace, createRecent } from './recent.ts';

test('what is asked for at once is read once, each key by itself', async () => {
  const read: string[] = [];
  const recent = createRecent(60_000, async (key) => {
    read.push(key);
    return `${key}!`;
  });

  const values = await Promise.all(['a', 'b', 'a'].map(recent));

  expect([...values, await recent('a')]).toEqual(['a!', 'b!', 'a!', 'a!']);
  expect(read).toEqual(['a', 'b']);
});

test('what is old is read again', async () => {
  let times = 0;
  const recent = createRecent(0, async () => {
    times += 1;
    return times;
  });

  expect([await recent('a'), await recent('a')]).toEqual([1, 2]);
});

test('what was read in vain, or not at all, is read again', async () => {
  const answers = [() => Promise.resolve(null), () => Promise.reject(new Error('away')), () => Promise.resolve(1)];
  const recent = createRecent<number>(60_000, () => (answers.shift() ?? (() => Promise.resolve(2)))());

  expect(await recent('a')).toBeNull();
  await expect(recent('a')).rejects.toThrow('away');
  expect([await recent('a'), await recent('a')]).toEqual([1, 1]);
});

test('a pace lets each key through once in its time', () => {
  const isTime = createPace(60_000);

  expect([isTime('a'), isTime('a'), isTime('b'), isTime('a')]).toEqual([true, false, true, false]);
  expect([createPace(0), createPace(0)].map((always) => [always('a'), always('a')])).toEqual([
    [true, true],
    [true, true],
  ]);
});
