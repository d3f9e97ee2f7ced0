/** A sliding window over the requests admitted: any `window_ms` holds at most `limit` of them. */
export interface RateLimit {
  /** Null: admitted and counted. Otherwise refused, with the time until the next one would be admitted, in ms. */
  take(rate: { limit: number; window_ms: number }, now: number): number | null;
}

export function createRateLimit(): RateLimit {
  let admitted: number[] = [];
  let first = 0;

  return {
    take({ limit, window_ms }, now) {
      while (first < admitted.length && (admitted[first] ?? 0) <= now - window_ms) first++;
      if (first > 1024) {
        admitted = admitted.slice(first);
        first = 0;
      }
      if (admitted.length - first < limit) {
        admitted.push(now);
        return null;
      }
      // A limit that was lowered meanwhile: wait for as many to leave as are too many.
      return (admitted[admitted.length - limit] ?? now) + window_ms - now;
    },
  };
}

/**
 * The `Retry-After` header of a 429, so that a client that obeys it comes no earlier than it may: both forms are
 * rounded up to whole seconds.
 */
export function retryAfterHeader(
  form: 'seconds' | 'date' | 'none',
  delayMs: number,
  wallClockMs: number,
): Record<string, string> {
  if (form === 'none') return {};
  if (form === 'seconds') return { 'retry-after': String(Math.max(1, Math.ceil(delayMs / 1000))) };
  return { 'retry-after': new Date(Math.ceil((wallClockMs + delayMs) / 1000) * 1000).toUTCString() };
}
