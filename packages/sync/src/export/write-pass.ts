import type { RequestMeter } from '@broadstreet-sync/broadstreet';
import type { EntityKind, ErrorRecord, RequestCounts } from '@broadstreet-sync/domain';
import type { ClaimedWrite, RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { endFailedRead } from '../end-attempt.ts';
import { undoOf } from '../undo-of.ts';

/** One attempt at a claimed task that updates or removes an entity of production. */
export interface WritePass {
  readonly run: RunDocument;
  readonly kind: EntityKind;
  /** As claimed. */
  readonly task: TaskDocument;
  /** Aborted when the run or the process is to stop: what is not sent yet is not sent any more. */
  readonly signal: AbortSignal;
  readonly meter: RequestMeter & { counts(): RequestCounts };
}

/** What the store must know of the write that ends with an attempt. */
export function claimedWrite({ kind, run, task, meter }: WritePass): ClaimedWrite {
  const { _id: taskId, subject: key, fence } = task;
  return { kind, key, runId: run._id, taskId, fence, counts: meter.counts() };
}

/** Ends a task that came to nothing, and notes on the entity why. */
export async function endRefusedWrite(
  context: SyncContext,
  pass: WritePass,
  state: 'failed' | 'blocked' | 'skipped',
  error: ErrorRecord,
): Promise<TaskOutcome> {
  if (state !== 'skipped') await noteWriteError(context, pass, error);
  await context.store.tasks.end(pass.task._id, pass.task.fence, { state, error }, pass.meter.counts());
  return state === 'skipped' ? { next: 'over' } : { next: 'over', failure: error.message };
}

/** Ends or repeats what the network, the API or the store did not let happen: all of these writes may be sent again. */
export function endFailedWrite(
  context: SyncContext,
  pass: WritePass,
  error: unknown,
  onEnd: (error: ErrorRecord) => Promise<void> = async () => undefined,
): Promise<TaskOutcome> {
  return endFailedRead(context, pass.task, error, pass.meter.counts(), async (record) => {
    await noteWriteError(context, pass, record);
    await onEnd(record);
  });
}

/** Notes on an entity why an edit or its removal could not be exported. */
export async function noteWriteError(
  { store }: SyncContext,
  { kind, run, task }: WritePass,
  error: ErrorRecord,
): Promise<void> {
  // An undo is nobody's wish about one entity: what it leaves alone stands in its own results.
  if (undoOf(run) !== null) return;
  const { message, category } = error;
  await store.production.noteError(kind.name, task.subject, { message, category, run_id: run._id });
}
