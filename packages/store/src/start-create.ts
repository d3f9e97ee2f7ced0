import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openTaskStates } from './task-states.ts';

/**
 * Begins an attempt at the task of a create. It is no claim, which is the intent's: it counts how often the task was begun
 * without an end. A process that meets its own last start has not died of it. Null when the task is done, or another.
 */
export function startCreate({ tasks }: Collections, id: string, owner: string): Promise<TaskDocument | null> {
  const isOwn = { $eq: ['$owner', owner] };
  const starts = { $add: ['$starts', { $cond: [isOwn, 0, 1] }] };
  return tasks.findOneAndUpdate(
    { _id: id, action: 'create', state: { $in: openTaskStates } },
    [{ $set: { state: 'running', owner, starts, claimed_at: '$$NOW' } }],
    { returnDocument: 'after' },
  );
}
