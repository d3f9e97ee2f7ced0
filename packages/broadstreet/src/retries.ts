/** Decides whether the client itself may repeat a read. */
export interface RetryAllowance {
  sent(): void;
  /** True, and counted, while repetitions of the last minute stay under the share. */
  take(): boolean;
}

const windowMs = 60_000;
/** A tenth of what was sent, so that a failing host is not loaded further; a few in any case. */
const share = 0.1;
const floor = 5;

export function createRetryAllowance(clock: () => number = () => performance.now()): RetryAllowance {
  const requests: number[] = [];
  const retries: number[] = [];
  const within = (times: number[]) => {
    const since = clock() - windowMs;
    const old = times.findIndex((time) => time > since);
    times.splice(0, old < 0 ? times.length : old);
    return times.length;
  };

  return {
    sent() {
      within(requests);
      requests.push(clock());
    },
    take() {
      if (within(retries) >= Math.max(floor, within(requests) * share)) return false;
      retries.push(clock());
      return true;
    },
  };
}

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
