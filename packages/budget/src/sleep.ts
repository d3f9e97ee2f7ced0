import { setImmediate, setTimeout } from 'node:timers/promises';

/** Monotonic time in ms; only differences mean anything. */
export type Clock = () => number;

/**
 * Sleeps until `clock` shows `dueMs` and never wakes before it. Timers of Node may fire up to 1 ms early, so the last
 * part is polled.
 *
 * @throws the signal's reason once it is aborted
 */
export async function sleepUntil(dueMs: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  for (let left = dueMs - clock(); left > 0; left = dueMs - clock()) {
    const step = left > 1 ? setTimeout(longest(left), undefined, { signal }) : setImmediate(undefined, { signal });
    await step.catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  }
}

/** Timers take at most 2^31 - 1 ms. */
function longest(ms: number): number {
  return Math.min(Math.floor(ms), 2 ** 31 - 1);
}

/** The promise, or a rejection with the signal's reason as soon as it is aborted. */
export async function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
