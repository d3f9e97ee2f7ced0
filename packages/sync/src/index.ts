export type { CrashPoint, SyncContext, SyncLimits, SyncLog, TaskOutcome } from './context.ts';
export { longestJobDelayMs } from './end-attempt.ts';
export { finishRun } from './finish-run.ts';
export { loseTask } from './lose-task.ts';
export { runTask } from './run-task.ts';
export { isKindOver, kindsAtLevel, planKind, settleKind, startRun } from './runs.ts';
