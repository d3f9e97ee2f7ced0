import type { BudgetScript } from './redis-script.ts';
import type { News } from './reporter.ts';
import { toRefusal } from './shared-slots.ts';
import { type Clock, sleepUntil } from './sleep.ts';
import type { Reservation, ReserveOptions, SlotSource } from './types.ts';

const longestPauseMs = 30_000;

interface UnlimitedSlotsSettings {
  readonly script: Pick<BudgetScript, 'reserve'>;
  readonly clock: Clock;
  readonly isBreakerOpen: () => boolean;
  readonly onNews: (news: News) => void;
}

/** Slots without a limit, which this process alone can pause. */
export interface UnlimitedSlots extends SlotSource {
  /** How long its pause still lasts. */
  pausedForMs(): number;
  /** A request was answered without 429. */
  succeeded(): void;
}

/**
 * Slots without a limit: any instant at which no pause is on. Redis is asked only while the breaker is open, as far as is
 * known here, and for repetitions.
 */
export function createUnlimitedSlots({ script, clock, isBreakerOpen, onNews }: UnlimitedSlotsSettings): UnlimitedSlots {
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let streak = 0;

  const pausedForMs = () => Math.max(0, pausedUntil - clock());

  async function reserve(options: Omit<ReserveOptions, 'rateClass'>): Promise<Reservation> {
    const { maxWaitMs = Number.POSITIVE_INFINITY, priority, isRetry = false } = options;
    const wait = pausedForMs();
    if (wait > maxWaitMs) return { slot: null, retryInMs: wait - maxWaitMs, by: 'pause', cause: null };
    if (isRetry || isBreakerOpen()) {
      const last = { lastUsed: '0', elapsedMs: 0 };
      const asked = { isInteractive: priority === 'interactive', maxWaitMs: undefined, ...last, isRetry };
      const reply = await script.reserve(asked);
      onNews(reply);
      if (reply.standing === 'void') return toRefusal(reply);
    }
    const arrive = async (signal?: AbortSignal) => {
      await sleepUntil(clock() + pausedForMs(), clock, signal);
      return pausedForMs() === 0;
    };
    return { slot: { waitMs: wait, arrive } };
  }

  return {
    reserve,
    async pause(retryAfterMs) {
      if (retryAfterMs !== undefined) {
        pausedUntil = Math.max(pausedUntil, clock() + retryAfterMs);
      } else if (pausedForMs() === 0) {
        pausedUntil = clock() + Math.min(longestPauseMs, 1000 * 2 ** streak);
        streak += 1;
      }
    },
    pausedForMs,
    succeeded() {
      if (pausedForMs() === 0) streak = 0;
    },
  };
}
