import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries `attempt` every 50 ms until it gives something other than undefined. What it throws counts as "not yet";
 * after `timeoutMs` that last error is thrown, or one that names what was waited for.
 */
export async function waitUntil<T>(what: string, timeoutMs: number, attempt: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ('value' in outcome && outcome.value !== undefined) return outcome.value;
    if (Date.now() > giveUpAt) throw new Error(`${what} took longer than ${timeoutMs / 1000} s.`, { cause: outcome });
    await delay(50);
  }
}
