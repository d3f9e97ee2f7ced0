/** How often the client sends a read again, at most. */
export const maxReadRetries = 2;

const baseMs = 500;
const capMs = 30_000;

/**
 * Full jitter: anything from nothing to a bound that doubles.
 *
 * @param retry 1 for the first repetition
 */
export function retryDelayMs(retry: number, random: () => number = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** (retry - 1));
}
