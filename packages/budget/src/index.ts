export { accountKey } from './account-key.ts';
export { createBudget } from './budget.ts';
export type {
  Budget,
  BudgetSettings,
  BudgetState,
  Priority,
  Reservation,
  ReserveOptions,
  Slot,
  TakeOptions,
} from './types.ts';
