import { expect, it } from 'vitest';
import { createRandom } from './random.ts';

const numbers = (seed: number, word: string) => Array.from({ length: 20 }, createRandom(seed, word).next);

it('random numbers are the same for the same seed and word, and for no other', () => {
  expect(numbers(1, 'a')).toEqual(numbers(1, 'a'));
  expect(numbers(2, 'a')).not.toEqual(numbers(1, 'a'));
  expect(numbers(1, 'b')).not.toEqual(numbers(1, 'a'));
});

it('points of a progress are in rising order and within it', () => {
  const points = createRandom(7, 'points').points(200, 10);

  expect(points).toEqual(points.toSorted((a, b) => a - b));
  expect(new Set(points)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
});
