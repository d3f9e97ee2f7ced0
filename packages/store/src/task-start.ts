import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openTaskStates } from './task-states.ts';

/**
 * Begins an attempt at a task that is not claimed: it counts only how often it was begun without an end. A process that
 * meets its own last start has not died of it. Null when the task is done.
 */
export function startTask({ tasks }: Collections, id: string, owner: string): Promise<TaskDocument | null> {
  const isOwn = { $eq: ['$owner', owner] };
  const starts = { $add: ['$starts', { $cond: [isOwn, 0, 1] }] };
  return tasks.findOneAndUpdate(
    { _id: id, state: { $in: openTaskStates } },
    [{ $set: { state: 'running', owner, starts, claimed_at: '$$NOW' } }],
    { returnDocument: 'after' },
  );
}
