import { waitUntil } from '@broadstreet-sync/services';

/**
 * Polls `condition` until it gives something true, and gives that. What it throws counts as "not yet"; after
 * `timeoutMs` (default 15,000) an error with its last outcome is thrown.
 */
export function eventually<T>(condition: () => T | Promise<T>, { timeoutMs = 15_000 } = {}): Promise<T> {
  return waitUntil('The condition', timeoutMs, async () => (await condition()) || undefined);
}
