import type { CallContext } from '@broadstreet-sync/broadstreet';
import type { EntityKind, RequestCounts } from '@broadstreet-sync/domain';
import type { TaskDocument, TaskEnd } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { endOfSweep } from './report-sweep.ts';
import { sweepParent } from './sweep-parent.ts';

/** How a sweep ends, and what is to be done once that is stored. */
interface SweepEnd {
  readonly end: TaskEnd;
  close(): Promise<void>;
}

/** Does the sweep of a task. @returns null while another process is at the parent @throws RemoteError */
export async function runSweep(
  context: SyncContext,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<SweepEnd | null> {
  const place = { parents: task.parents, ancestors: task.parents };
  const findings = await sweepParent({ context, kind, runId: task.run_id, call }, place);
  if (findings === null) return null;
  return { end: endOfSweep(kind, findings.found, findings.adopted), close: findings.close };
}

/** Ends the task of a sweep; only when it is stored what was found, that is forgotten. */
export async function endSweep(
  context: SyncContext,
  task: TaskDocument,
  { end, close }: SweepEnd,
  counts: RequestCounts,
): Promise<TaskOutcome> {
  const isEnded = await context.store.tasks.end(task._id, task.fence, end, counts);
  context.reach('after_sweep_report');
  if (isEnded) await close();
  const failure = end.error?.message;
  return failure === undefined ? over : { next: 'over', failure };
}
