import {
  addChanges,
  type KindChanges,
  type KindName,
  noChanges,
  type PlanCount,
  type TaskState,
} from '@broadstreet-sync/domain';
import type { TaskAction, TaskResult } from '@broadstreet-sync/store';

const changeOf = { create: 'inserted', update: 'updated', remove: 'removed' } as const;

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

/** What a plan would change in production, by kind. Pure. */
export function wouldMake(counts: readonly PlanCount[]): Partial<Record<KindName, KindChanges>> {
  const made: Partial<Record<KindName, KindChanges>> = {};
  for (const { kind, action, state, count } of counts) {
    if (action === 'names' || action === 'look_up' || action === 'link') continue;
    if (state !== 'planned' && state !== 'open') continue;
    made[kind] = addChanges(made[kind] ?? noChanges, { ...noChanges, [changeOf[action]]: count });
  }
  return made;
}
