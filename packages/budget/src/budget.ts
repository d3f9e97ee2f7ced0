import { setMaxListeners } from 'node:events';
import { firstAborted } from './first-aborted.ts';
import { createLane, type Lane } from './lane.ts';
import { createSharedSlots } from './shared-slots.ts';
import type { Budget, BudgetSettings, Priority, SlotSource, TakeOptions } from './types.ts';
import { createUnlimitedSlots } from './unlimited-slots.ts';

/** How far ahead {@link Budget.take} reserves: what a killed process held is lost to the others for at most this long. */
const horizonMs = 1000;

/**
 * One account's rate budget, shared by all processes whose settings name the same Redis, prefix and account.
 *
 * Each request reserves the next slot and sleeps until it. Slots lie 2 % further apart than the rate asks and one that
 * is reached over 15 ms late is given up, so that no window of one second ever holds more requests than the rate, from
 * whichever processes they come. Redis rejections pass through to the caller; the state kept there may be lost at any
 * time, which costs one second without requests.
 *
 * With `unlimited` nothing is asked of Redis, and a 429 pauses this process alone.
 */
export function createBudget(settings: BudgetSettings): Budget {
  const slots: SlotSource =
    settings.rate === 'unlimited' ? createUnlimitedSlots(settings) : createSharedSlots(settings);
  const clock = settings.now ?? performance.now.bind(performance);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const lanes: Record<Priority, Lane> = {
    interactive: createLane({ slots, clock, priority: 'interactive', horizonMs }),
    bulk: createLane({ slots, clock, priority: 'bulk', horizonMs }),
  };

  return {
    reserve: (options = {}) => slots.reserve(options),
    take: async ({ priority = 'bulk', signal }: TakeOptions = {}) => {
      if (!signal) return lanes[priority].take(closing.signal);
      const either = firstAborted(signal, closing.signal);
      return lanes[priority].take(either.signal).finally(either.release);
    },
    pause: (retryAfterMs) => slots.pause(usable(retryAfterMs)),
    succeeded: () => slots.succeeded(),
    state: () => slots.state(),
    close: async () => closing.abort(new Error('The rate budget was closed')),
  };
}

/** A `Retry-After` of nothing, or one that is no number, would have us ask again at once. */
function usable(retryAfterMs: number | undefined): number | undefined {
  return retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && retryAfterMs > 0 ? retryAfterMs : undefined;
}
