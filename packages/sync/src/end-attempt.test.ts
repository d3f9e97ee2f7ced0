import { actions, type ErrorCategory, errorCategories, RemoteError, SyncError } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { isAborted, judge } from './end-attempt.ts';

function remoteError(
  category: ErrorCategory,
  details: { retryAfterMs?: number; code?: string; usesNoAttempt?: boolean } = {},
): RemoteError {
  return new RemoteError({
    category,
    code: 'c',
    message: 'm',
    outcome: 'refused',
    method: 'GET',
    path: '/zones',
    ...details,
  });
}

/** How many attempts a task makes when each fails with this category. */
function attemptsOf(category: ErrorCategory): number {
  let failed = 0;
  while (failed < 100) {
    const verdict = judge(remoteError(category), category, failed, 0.5);
    failed += 1;
    if (!verdict.again) return failed;
  }
  return Number.POSITIVE_INFINITY;
}

describe('judge', () => {
  it.each([
    ['network', 6],
    ['contract', 2],
    ['internal', 2],
    ['authentication', 1],
    ['validation', 1],
    ['conflict', 1],
    ['dependency', 1],
    ['quota', Number.POSITIVE_INFINITY],
  ] as const)('gives a task whose attempts all fail with %s %d of them', (category, attempts) => {
    expect(attemptsOf(category)).toBe(attempts);
  });

  it('knows every category', () => {
    for (const category of errorCategories) expect(actions[category]).toBeDefined();
  });

  it('waits as long as the API asks, and uses up no attempt', () => {
    const asked = judge(remoteError('quota', { retryAfterMs: 7000 }), 'quota', 5, 0);

    expect(asked).toEqual({ again: true, delayMs: 7000, failedAttempt: false });
    expect(judge(remoteError('quota'), 'quota', 0, 0)).toMatchObject({ delayMs: 1000 });
  });

  it('uses up no attempt for what was held back, or met a host that is known to fail', () => {
    const heldBack = judge(remoteError('network', { usesNoAttempt: true, retryAfterMs: 15_000 }), 'network', 5, 0);
    const probe = judge(remoteError('network', { usesNoAttempt: true }), 'network', 5, 0);

    expect(heldBack).toEqual({ again: true, delayMs: 15_000, failedAttempt: false });
    expect(probe).toEqual({ again: true, delayMs: 1000, failedAttempt: false });
  });

  it('backs off further after each failure', () => {
    const delays = [0, 1, 2].map((failed) => judge(remoteError('network'), 'network', failed, 1));

    expect(delays).toEqual([500, 1000, 2000].map((delayMs) => ({ again: true, delayMs, failedAttempt: true })));
  });
});

describe('isAborted', () => {
  it('is asked of the code, not of the words', () => {
    expect(isAborted(remoteError('network', { code: 'aborted' }))).toBe(true);
    expect(isAborted(new SyncError({ category: 'network', code: 'other', message: 'aborted' }))).toBe(false);
    expect(isAborted(new Error('aborted'))).toBe(false);
  });
});
