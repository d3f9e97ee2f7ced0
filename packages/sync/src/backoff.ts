const baseMs = 500;
const capMs = 30_000;

/**
 * Exponential backoff with full jitter.
 *
 * @param attempts failed so far, from 1
 * @param random from 0 to 1
 */
export function backoffMs(attempts: number, random: number): number {
  return Math.round(Math.min(capMs, baseMs * 2 ** (attempts - 1)) * random);
}
