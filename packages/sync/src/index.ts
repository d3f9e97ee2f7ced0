export type {
  SyncContext,
  SyncLimits,
  SyncLog,
  TaskOutcome,
} from './context.ts';
export { longestJobDelayMs } from './end-attempt.ts';
export type { Settlement } from './export/per-parent.ts';
export { planRemovals } from './export/plan-removals.ts';
export { planSweeps } from './export/plan-sweeps.ts';
export { settleLeftOver } from './export/settle-left-over.ts';
export { hasLeftOver, sweepLeftOver } from './export/sweep-left-over.ts';
export { finishRun } from './finish-run.ts';
export { loseTask } from './lose-task.ts';
export { runTask } from './run-task.ts';
export { isKindOver, kindsAtLevel, kindsToRemove, planKind, settleKind, startRun } from './runs.ts';
