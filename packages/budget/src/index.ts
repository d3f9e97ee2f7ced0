export { accountKey, storedAccount } from './account-key.ts';
export { createBudget } from './budget.ts';
export type {
  BreakerChange,
  BreakerState,
  Budget,
  BudgetSettings,
  BudgetState,
  FoundRate,
  MinuteCounts,
  Obstacle,
  Priority,
  RateClass,
  Refusal,
  RequestEnd,
  Reservation,
  ReserveOptions,
  Slot,
  Taken,
  TakeOptions,
} from './types.ts';
