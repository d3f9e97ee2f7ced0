import type { Budget, Reservation, Slot } from '@broadstreet-sync/budget';

/** What happens instead of a free slot that is reached in time. */
export type SlotFault = 'late' | 'far' | 'away';

export interface TestBudget extends Budget {
  /** Faults of the next reservations, used up in order; then each slot is free at once. */
  readonly faults: SlotFault[];
  /** Called when a slot has been reserved, before it is reached. */
  beforeSlot: () => Promise<void> | void;
}

/** A budget without a limit, and without Redis. */
export function createTestBudget(): TestBudget {
  const budget: TestBudget = {
    faults: [],
    beforeSlot: () => undefined,
    async reserve(): Promise<Reservation> {
      const fault = budget.faults.shift();
      if (fault === 'away') throw new Error('Redis is away');
      if (fault === 'far') return { slot: null, retryInMs: 700, by: 'rate', cause: null };
      const slot: Slot = {
        waitMs: 0,
        async arrive(signal) {
          await budget.beforeSlot();
          signal?.throwIfAborted();
          return fault !== 'late';
        },
      };
      return { slot };
    },
    take: async () => ({ waitedMs: 0 }),
    takeRetry: async () => true,
    pause: async () => undefined,
    begin: () => () => undefined,
    isBreakerOpen: () => false,
    state: () => Promise.reject(new Error('not used')),
    counts: async () => [],
    forgetCounts: async () => undefined,
    close: async () => undefined,
  };
  return budget;
}
