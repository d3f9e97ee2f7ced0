import type { KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { onlyPlans } from './planning.ts';

/**
 * Which local entities of a kind a run exports: those that it was asked for and those that they hang on; of a plan that
 * holds, those that it names.
 *
 * @returns `_id`s, or null for all
 */
export function selectLocals({ store }: SyncContext, run: RunDocument, kind: KindName): Promise<string[] | null> {
  if (run.from_plan !== undefined && !onlyPlans(run)) return store.plans.subjects(run._id, kind);
  return store.selection.of(run, kind);
}
