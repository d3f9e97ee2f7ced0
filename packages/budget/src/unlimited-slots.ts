import { type Clock, sleepUntil } from './sleep.ts';
import type { Reservation, ReserveOptions, SlotSource } from './types.ts';

const longestPauseMs = 30_000;

/** Slots without a limit: any instant at which no pause is on. All state is this process's own. */
export function createUnlimitedSlots(settings: { readonly now?: Clock | undefined }): SlotSource {
  const clock = settings.now ?? performance.now.bind(performance);
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let streak = 0;

  const waitMs = () => Math.max(0, pausedUntil - clock());

  async function reserve({ maxWaitMs = Number.POSITIVE_INFINITY }: ReserveOptions): Promise<Reservation> {
    const wait = waitMs();
    if (wait > maxWaitMs) return { slot: null, retryInMs: wait - maxWaitMs };
    const arrive = async (signal?: AbortSignal) => {
      await sleepUntil(clock() + waitMs(), clock, signal);
      return waitMs() === 0;
    };
    return { slot: { waitMs: wait, arrive } };
  }

  return {
    reserve,
    async pause(retryAfterMs) {
      if (retryAfterMs !== undefined) {
        pausedUntil = Math.max(pausedUntil, clock() + retryAfterMs);
      } else if (waitMs() === 0) {
        pausedUntil = clock() + Math.min(longestPauseMs, 1000 * 2 ** streak);
        streak += 1;
      }
    },
    async succeeded() {
      if (waitMs() === 0) streak = 0;
    },
    async state() {
      const aheadMs = waitMs();
      return { rate: null, pausedUntilMs: aheadMs > 0 ? Date.now() + aheadMs : null, aheadMs };
    },
  };
}
