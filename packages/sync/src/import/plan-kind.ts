import type { EntityKind } from '@broadstreet-sync/domain';
import type { PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { selectScopes } from './select-scopes.ts';
import { stageOrphans } from './stage-orphans.ts';
import { stageReversals } from './stage-reversals.ts';
import { refuseUnknownParent } from './unknown-parent.ts';

/**
 * Stores the list tasks of a kind: one for each scope that the run's mode selects. What hangs on an entity that is gone is
 * staged for removal without a request. An undo reads none: what it does is in the history.
 */
export async function planImportKind(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const undo = undoOf(run);
  if (undo !== null) {
    if (run.kinds.includes(kind.name)) await stageReversals(context, run, kind, undo);
    return;
  }
  const [scopes] = await Promise.all([selectScopes(context, run, kind), stageOrphans(context, run, kind)]);
  if (scopes.length === 0 && run.kinds.includes(kind.name)) await refuseUnknownParent(context, run, kind);
  const tasks = scopes.map(
    (scope, order): PlannedTask => ({
      run_id: run._id,
      kind: kind.name,
      action: 'list',
      subject: scope.key,
      title: scope.title,
      parents: scope.parents,
      counted: true,
      order,
    }),
  );
  await context.store.tasks.plan(tasks);
}
