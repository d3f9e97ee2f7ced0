import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries `attempt` every 50 ms until it gives something other than undefined. What it throws counts as "not yet".
 * After `timeoutMs` throws an error that names what was waited for and the last thing thrown.
 */
export async function waitUntil<T>(what: string, timeoutMs: number, attempt: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > giveUpAt) {
      const last = cause instanceof Error ? `; the last try: ${cause.message}` : '';
      throw new Error(`${what} took longer than ${timeoutMs / 1000} s${last}`, { cause });
    }
    await delay(50);
  }
}
