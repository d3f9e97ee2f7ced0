import { waitUntil } from '@broadstreet-sync/services';

type True<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * Polls `condition` until it gives something true, and gives that. What it throws counts as "not yet"; after
 * `timeoutMs` (default 60,000: a loaded machine is slow) an error with its last fault is thrown.
 */
export function eventually<T>(condition: () => T | Promise<T>, { timeoutMs = 60_000 } = {}): Promise<True<T>> {
  return waitUntil('The condition', timeoutMs, async () => {
    const value = await condition();
    return isTrue(value) ? value : undefined;
  });
}

function isTrue<T>(value: T): value is True<T> {
  return Boolean(value);
}
