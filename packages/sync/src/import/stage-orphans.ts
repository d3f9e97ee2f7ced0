import { type EntityKind, kinds, levels, scopeField } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { stagedRemoval } from './diff-scope.ts';
import { isAllowed, rootField } from './reach.ts';

/**
 * Stages the removal, without a request, of what hangs on an entity that is gone or that the run removes. Where no list of
 * the parents was ever read, nothing is known of them and nothing is removed.
 */
export async function stageOrphans(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const field = scopeField(kind);
  if (field === null || kind.list.scope === 'account') return;
  const { changes, production } = context.store;
  const parent = kinds[kind.list.scope];
  const [removed, verified] = await Promise.all([
    changes.keys(run._id, parent.name, 'remove'),
    production.verifiedScopes(parent.name),
  ]);
  if (removed.length === 0 && verified.size === 0) return;
  // Children first: whose parent an export makes in between has it by the time that parents are read.
  const named = await production.parentIds(kind.name, field);
  const parents = await production.fields(parent.name, { _id: { $in: named.map(String) } }, ['id']);
  const alive = new Set(parents.map(({ _id }) => _id));
  const gone = new Set(removed);
  const lost = named.filter((id) => gone.has(String(id)) || (verified.size > 0 && !alive.has(String(id))));
  if (lost.length === 0) return;
  const inserted = new Set((await changes.inserted(run._id, parent.name, ['id'])).map(({ key }) => key));
  const orphaned = lost.filter((id) => !inserted.has(String(id)));
  const orphans = await production.fields(kind.name, { [field]: { $in: orphaned } }, ['sync', rootField(kind)]);
  const requestedAt = await context.store.now();
  const staged = orphans
    .filter((entity) => isAllowed(context, rootField(kind), entity))
    .map((entity) => stagedRemoval(entity, requestedAt));
  await changes.add(changes.planner(run._id, kind.name), staged);
}

/** The same for the kinds that the run does not touch: their parents may be among those it removes. */
export async function stageOrphansBelow(context: SyncContext, run: RunDocument): Promise<void> {
  for (const kind of levels.flat()) {
    if (run.plan[kind.name] === undefined) await stageOrphans(context, run, kind);
  }
}
