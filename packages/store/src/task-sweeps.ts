import { kindNames } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openTaskStates } from './task-states.ts';

/** Open sweeps of a run, those that are due first. */
export function openSweeps({ tasks }: Collections, runId: string, limit: number): Promise<TaskDocument[]> {
  // Kinds are named so that the index serves it: of a run of many tasks few are open.
  const filter = { run_id: runId, kind: { $in: [...kindNames] }, state: { $in: openTaskStates } };
  return tasks
    .find({ ...filter, action: 'sweep' })
    .sort({ not_before: 1, _id: 1 })
    .limit(limit)
    .toArray();
}
