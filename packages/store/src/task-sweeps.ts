import { kindNames } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openOf } from './task-stages.ts';

/** Open sweeps of a run, those that are due first. */
export function openSweeps({ tasks }: Collections, runId: string, limit: number): Promise<TaskDocument[]> {
  // Kinds are named so that the index serves it: of a run of many tasks few are open.
  return tasks
    .find(openOf(runId, { $in: [...kindNames] }, 'sweeps'))
    .sort({ not_before: 1, _id: 1 })
    .limit(limit)
    .toArray();
}
