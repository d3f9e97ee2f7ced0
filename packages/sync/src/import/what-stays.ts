import type { ErrorRecord } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import type { Made } from './publish-found.ts';

/** Of an import that undoes another, how much of that it has left alone, as an error; null where nothing is. */
export async function whatStays({ store }: SyncContext, run: RunDocument, made: Made): Promise<ErrorRecord | null> {
  const undo = undoOf(run);
  if (undo === null) return null;
  const undone = Object.values(made).reduce(
    (sum, { inserted, updated, removed }) => sum + inserted + updated + removed,
    0,
  );
  const all = await store.history.count(undo.run_id, run.only);
  if (undone >= all) return null;
  const message = `${all - undone} of ${all} changes of the run ${undo.run_id} were not undone: what they made is otherwise by now.`;
  const remedy = undo.force ? null : 'Look at it, and undo with "force": true to undo also what was changed since.';
  return { category: 'conflict', code: 'not_all_undone', message, remedy };
}
