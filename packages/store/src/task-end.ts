import type { BlockedBy, ErrorRecord, RequestCounts, TaskState } from '@broadstreet-sync/domain';
import type { TaskResult } from './documents.ts';
import { openTaskStates } from './task-states.ts';

export interface TaskEnd {
  readonly state: TaskState;
  readonly error?: ErrorRecord | null;
  readonly blocked_by?: BlockedBy | null;
  readonly result?: TaskResult | null;
}

/**
 * Filter and update that end a task which is open.
 *
 * @param fence of the claim that did the work; null where the task was never claimed
 */
export function taskEnd(id: string, fence: number | null, end: TaskEnd, counts: RequestCounts) {
  const set = {
    state: end.state,
    error: end.error ?? null,
    blocked_by: end.blocked_by ?? null,
    result: end.result ?? null,
    ended_at: new Date(),
    owner: null,
    not_before: null,
  };
  const given = Object.entries(counts).filter(([, value]) => value !== 0);
  const increments = Object.fromEntries(given.map(([name, value]) => [`counts.${name}`, value]));
  return {
    filter: { _id: id, state: { $in: openTaskStates }, ...(fence === null ? {} : { fence }) },
    update: { $set: set, ...(given.length > 0 ? { $inc: increments } : {}) },
  };
}
