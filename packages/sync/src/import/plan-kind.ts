import { type EntityKind, scopeField } from '@broadstreet-sync/domain';
import type { PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { stagedRemoval } from './diff-scope.ts';
import { type Scope, scopesOf } from './scopes.ts';

/**
 * Stores the list tasks of a kind: one for each scope; of a kind that is only an ancestor, those that were never read.
 * What hung on an entity that the run removes is staged for removal without a request.
 */
export async function planImportKind(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  await stageOrphans(context, run, kind);
  const scopes = await scopesOf(context, run, kind);
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

async function stageOrphans(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const field = scopeField(kind);
  if (field === null || kind.list.scope === 'account') return;
  const { changes, production } = context.store;
  const removed = (await changes.keys(run._id, kind.list.scope, 'remove')).map(Number);
  if (removed.length === 0) return;
  const orphans = await production.fields(kind.name, { [field]: { $in: removed } }, ['sync']);
  const requestedAt = new Date();
  const staged = orphans.map((entity) => stagedRemoval(entity, requestedAt));
  await changes.stage(changes.planner(run._id, kind.name), staged);
}
