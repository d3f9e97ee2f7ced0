import { describe, expect, it } from 'vitest';
import { concurrencyFor, createConcurrency } from './concurrency.ts';

describe('the number of tasks at once', () => {
  it.each([
    [5, 300, 7],
    [50, 100, 14],
    [50, 1000, 64],
    [null, 20, 64],
  ])('at %s requests a second and %i ms is %i', (rate, latencyMs, tasks) => {
    expect(concurrencyFor(rate, latencyMs)).toBe(tasks);
  });

  it('follows the latency of answers', () => {
    const seen: number[] = [];
    const settings = { WORKER_CONCURRENCY: undefined, BROADSTREET_RATE: 50, BROADSTREET_RATE_MAX: 5 };
    const concurrency = createConcurrency(settings, (tasks) => seen.push(tasks));
    expect(concurrency.now()).toBe(34);

    for (let answer = 0; answer < 100; answer += 1) concurrency.answered(100);

    expect(concurrency.now()).toBe(15);
    expect(seen.at(-1)).toBe(15);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });

  it('stays as the settings have it', () => {
    const settings = { WORKER_CONCURRENCY: 3, BROADSTREET_RATE: 'auto' as const, BROADSTREET_RATE_MAX: 5 };
    const concurrency = createConcurrency(settings, () => expect.unreachable('it is fixed'));

    concurrency.answered(30_000);

    expect(concurrency.now()).toBe(3);
  });
});
