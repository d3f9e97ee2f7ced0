import { type KindChanges, noChanges, type TaskState } from '@broadstreet-sync/domain';
import type { TaskAction, TaskResult } from '@broadstreet-sync/store';

/** What one task of an export has changed in production. Pure. */
export function madeChanges(task: {
  readonly action: TaskAction;
  readonly state: TaskState;
  readonly result: Pick<TaskResult, 'changes'> | null;
}): KindChanges {
  // An update says it itself: it may have failed, and sent a part.
  if (task.action === 'update') return task.result?.changes ?? noChanges;
  if (task.state !== 'completed') return noChanges;
  if (task.action === 'create') return { ...noChanges, inserted: 1 };
  return task.action === 'remove' ? { ...noChanges, removed: 1 } : noChanges;
}
