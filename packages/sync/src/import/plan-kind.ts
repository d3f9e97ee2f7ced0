import type { EntityKind } from '@broadstreet-sync/domain';
import type { PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { type Scope, scopesOf } from './scopes.ts';
import { stageOrphans } from './stage-orphans.ts';

/**
 * Stores the list tasks of a kind: one for each scope; of a kind that is only an ancestor, those that were never read.
 * What hangs on an entity that is gone is staged for removal without a request.
 */
export async function planImportKind(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const [scopes] = await Promise.all([scopesOf(context, run, kind), stageOrphans(context, run, kind)]);
  const wanted = await wantedScopes(context, run, kind, scopes);
  const tasks = wanted.map(
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

async function wantedScopes(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  scopes: readonly Scope[],
): Promise<readonly Scope[]> {
  const only = run.only === null ? null : new Set(run.only[kind.name] ?? []);
  if (run.kinds.includes(kind.name)) return only === null ? scopes : scopes.filter(({ key }) => only.has(key));
  const verified = await context.store.production.verifiedScopes(kind.name);
  return scopes.filter(({ key }) => !verified.has(key));
}
