import { type EntityKind, kinds, levels, rootField, scopeField } from '@broadstreet-sync/domain';
import type { ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed } from './is-allowed.ts';
import { stageHanging, stageRemovals } from './stage-removals.ts';

/**
 * Stages the removal, without a request, of what hangs on an entity that is gone or that the run removes. Where no list of
 * the parents was ever read, nothing is known of them and nothing is removed; a run with filters keeps to what it removes.
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
  const isWide = verified.size > 0 && run.mode !== 'incremental';
  if (removed.length === 0 && !isWide) return;
  // Children first: whose parent an export makes in between has it by the time that parents are read.
  const named = await production.parentIds(kind.name, field);
  const parents = await production.fields(parent.name, { _id: { $in: named.map(String) } }, ['id']);
  const alive = new Set(parents.map(({ _id }) => _id));
  const gone = new Set(removed);
  const lost = named.filter((id) => gone.has(String(id)) || (isWide && !alive.has(String(id))));
  if (lost.length === 0) return;
  const inserted = new Set((await changes.inserted(run._id, parent.name, ['id'])).map(({ key }) => key));
  const orphaned = lost.filter((id) => !inserted.has(String(id)));
  const requestedAt = await context.store.now();
  const orphans = production.each(kind.name, { [field]: { $in: orphaned } });
  const source = { name: kind.name, origin: 'plan', requestedAt } as const;
  await stageRemovals(context, run, source, allowedOf(context, kind, orphans));
}

async function* allowedOf(
  context: SyncContext,
  kind: EntityKind,
  entities: AsyncIterable<ProductionDocument>,
): AsyncIterable<ProductionDocument> {
  for await (const entity of entities) if (isAllowed(context, rootField(kind), entity)) yield entity;
}

/** The same for the kinds that the run does not touch: their parents may be among those it removes. */
export async function stageOrphansBelow(context: SyncContext, run: RunDocument): Promise<void> {
  for (const kind of levels.flat()) {
    if (run.plan[kind.name] !== undefined) continue;
    await stageOrphans(context, run, kind);
    // What hangs on another parent than the one that its list belongs to.
    const { lineage } = kind;
    if (lineage === undefined || lineage === kind.list.scope) continue;
    const keys = await context.store.changes.keys(run._id, lineage, 'remove');
    const requestedAt = await context.store.now();
    await stageHanging(context, run, kind.name, { kind: lineage, keys, requestedAt }, 'found');
  }
}
