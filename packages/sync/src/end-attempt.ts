import {
  actions,
  type ErrorAction,
  type ErrorCategory,
  type ErrorRecord,
  RemoteError,
  type RequestCounts,
  SyncError,
  toErrorRecord,
} from '@broadstreet-sync/domain';
import type { TaskDocument } from '@broadstreet-sync/store';
import { backoffMs } from './backoff.ts';
import { over, type SyncContext, type TaskOutcome } from './context.ts';

/** Attempts after which what may succeed later is given up, by action. */
const attemptsOf: Readonly<Partial<Record<ErrorAction, number>>> = { retry: 6, retry_once: 2 };
/** A task that waits no longer than this keeps its job; past it the job ends and the task is enqueued again. */
export const longestJobDelayMs = 5000;
const quotaWaitMs = 1000;

/** Says whether it was thrown because a signal told the request to stop. */
export function isAborted(error: unknown): boolean {
  return error instanceof SyncError && error.code === 'aborted';
}

/** Puts a task back for a while: in its job when that is short, else in the store. */
export async function putBack(
  context: SyncContext,
  task: TaskDocument,
  patch: { delayMs: number; failedAttempt: boolean; error?: ErrorRecord | null },
  counts: RequestCounts,
): Promise<TaskOutcome> {
  const stays = patch.delayMs <= longestJobDelayMs;
  await context.store.tasks.putBack(task._id, task.fence, { ...patch, delayMs: stays ? 0 : patch.delayMs }, counts);
  return stays ? { next: 'later', delayMs: patch.delayMs } : over;
}

export type Verdict =
  | { readonly again: false }
  | { readonly again: true; readonly delayMs: number; readonly failedAttempt: boolean };

/**
 * What to do after an attempt that failed, from the error's category alone. Pure.
 *
 * @param attempts failed before this one
 */
export function judge(error: unknown, category: ErrorCategory, attempts: number, random: number): Verdict {
  const action = actions[category];
  const remote = error instanceof RemoteError ? error : null;
  if (action === 'wait' || remote?.usesNoAttempt === true) {
    return { again: true, delayMs: remote?.retryAfterMs ?? quotaWaitMs, failedAttempt: false };
  }
  const most = attemptsOf[action] ?? 1;
  if (attempts + 1 >= most) return { again: false };
  return { again: true, delayMs: backoffMs(attempts + 1, random), failedAttempt: true };
}

/** Stops the run when going on is of no use: nothing else can succeed either. */
export async function stopIfUseless(context: SyncContext, runId: string, record: ErrorRecord): Promise<void> {
  if (actions[record.category] !== 'stop_run') return;
  context.log.error({ run: runId, code: record.code }, record.message);
  await context.store.runs.requestStop(runId, 'failed', record);
  context.onStop(runId);
}

/**
 * Ends or repeats a read that failed.
 *
 * @param noteEnd called before the task is ended
 * @throws what was thrown because the process is to stop, and what is no fault of the request, such as a store that is
 * away: the job is run again and uses up no attempt of the task
 */
export async function endFailedRead(
  context: SyncContext,
  task: TaskDocument,
  error: unknown,
  counts: RequestCounts,
  noteEnd: (record: ErrorRecord) => Promise<void> = async () => undefined,
): Promise<TaskOutcome> {
  if (isAborted(error) || !(error instanceof SyncError)) {
    await context.store.tasks.putBack(task._id, task.fence, { delayMs: 0, failedAttempt: false }, counts);
    throw error;
  }
  const record = toErrorRecord(error);
  const verdict = judge(error, record.category, task.attempts, context.random());
  if (verdict.again) return putBack(context, task, { ...verdict, error: record }, counts);
  await stopIfUseless(context, task.run_id, record);
  await noteEnd(record);
  await context.store.tasks.end(task._id, task.fence, { state: 'failed', error: record }, counts);
  return { next: 'over', failure: record.message };
}
