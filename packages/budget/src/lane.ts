import { type Clock, orAborted, sleepUntil } from './sleep.ts';
import type { Priority, Refusal, Reservation, SlotSource, Taken } from './types.ts';

/** The waiters of one process and priority, in order. */
export interface Lane {
  take(signal: AbortSignal, isRetry: boolean): Promise<Taken>;
}

interface LaneSettings {
  readonly slots: SlotSource;
  readonly clock: Clock;
  readonly priority: Priority;
  /** Slots further ahead than this are left to others, in ms. */
  readonly horizonMs: number;
}

/** A pause that lasts longer than this is not waited for here. */
const longestPauseMs = 5000;

/** Says whether the wait is better spent elsewhere. */
function isToGoBack({ by, retryInMs }: Refusal): boolean {
  return by === 'breaker' || by === 'retries' || (by === 'pause' && retryInMs > longestPauseMs);
}

/**
 * Only the first waiter of a lane asks for a slot, the others wait in memory: so a process holds no more slots than lie
 * within the horizon, and a thousand waiters cost Redis no more than one.
 */
export function createLane({ slots, clock, priority, horizonMs }: LaneSettings): Lane {
  let turn: Promise<unknown> = Promise.resolve();

  async function reserveWithinHorizon(signal: AbortSignal, isRetry: boolean): Promise<Reservation> {
    for (;;) {
      signal.throwIfAborted();
      const reservation = await orAborted(slots.reserve({ priority, maxWaitMs: horizonMs, isRetry }), signal);
      if (reservation.slot || isToGoBack(reservation)) return reservation;
      await sleepUntil(clock() + reservation.retryInMs, clock, signal);
    }
  }

  function reserveInTurn(signal: AbortSignal, isRetry: boolean): Promise<Reservation> {
    const mine = turn.then(() => reserveWithinHorizon(signal, isRetry));
    turn = mine.catch(() => undefined);
    return orAborted(mine, signal);
  }

  return {
    async take(signal, isRetry) {
      const since = clock();
      // A slot that is given up has been counted as a repetition already.
      for (let isCounted = false; ; isCounted = true) {
        const reservation = await reserveInTurn(signal, isRetry && !isCounted);
        if (!reservation.slot) return { heldBack: reservation };
        if (await reservation.slot.arrive(signal)) return { waitedMs: clock() - since };
      }
    },
  };
}
