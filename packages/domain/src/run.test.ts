import { describe, expect, it } from 'vitest';
import { outcomeOf } from './run.ts';

describe('outcomeOf', () => {
  it.each([
    [{}, 'succeeded'],
    [{ completed: 3 }, 'succeeded'],
    [{ completed: 3, skipped: 1 }, 'succeeded'],
    [{ completed: 1, failed: 1 }, 'partial'],
    [{ completed: 1, blocked: 1 }, 'partial'],
    [{ failed: 1 }, 'failed'],
    [{ blocked: 2, skipped: 1 }, 'failed'],
  ] as const)('of %j is %s', (tasks, outcome) => {
    expect(outcomeOf(tasks)).toBe(outcome);
  });
});
