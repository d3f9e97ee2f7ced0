import { type Clock, orAborted, sleepUntil } from './sleep.ts';
import type { Priority, Slot, SlotSource } from './types.ts';

/** The waiters of one process and priority, in order. */
export interface Lane {
  take(signal: AbortSignal): Promise<number>;
}

interface LaneSettings {
  readonly slots: SlotSource;
  readonly clock: Clock;
  readonly priority: Priority;
  /** Slots further ahead than this are left to others, in ms. */
  readonly horizonMs: number;
}

/**
 * Only the first waiter of a lane asks for a slot, the others wait in memory: so a process holds no more slots than lie
 * within the horizon, and a thousand waiters cost Redis no more than one.
 */
export function createLane({ slots, clock, priority, horizonMs }: LaneSettings): Lane {
  let turn: Promise<unknown> = Promise.resolve();

  async function reserveWithinHorizon(signal: AbortSignal): Promise<Slot> {
    for (;;) {
      signal.throwIfAborted();
      const reservation = await orAborted(slots.reserve({ priority, maxWaitMs: horizonMs }), signal);
      if (reservation.slot) return reservation.slot;
      await sleepUntil(clock() + reservation.retryInMs, clock, signal);
    }
  }

  function reserveInTurn(signal: AbortSignal): Promise<Slot> {
    const mine = turn.then(() => reserveWithinHorizon(signal));
    turn = mine.catch(() => undefined);
    return orAborted(mine, signal);
  }

  return {
    async take(signal) {
      const since = clock();
      for (;;) {
        const slot = await reserveInTurn(signal);
        if (await slot.arrive(signal)) return clock() - since;
      }
    },
  };
}
