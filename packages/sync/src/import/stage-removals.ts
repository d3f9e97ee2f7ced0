import { type KindName, kindsBelow, parentField, remotePart } from '@broadstreet-sync/domain';
import type { ProductionDocument, RunDocument, StagedChange } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { stagedRemoval } from './diff-scope.ts';

const batchSize = 1000;

/** Entities that are gone, and when that was found out: what was written later is left alone. */
export interface Gone {
  readonly kind: KindName;
  readonly keys: readonly string[];
  readonly requestedAt: Date;
}

type Origin = 'plan' | 'found' | 'confirmed';

/** Stages the removal of what hangs on entities that are gone, at every depth; again changes nothing. */
export async function stageBelow(context: SyncContext, run: RunDocument, gone: Gone): Promise<void> {
  for (const name of kindsBelow(gone.kind)) await stageHanging(context, run, name, gone, 'confirmed');
}

/** Stages the removal of those entities of one kind that hang on what is gone. */
export async function stageHanging(
  context: SyncContext,
  run: RunDocument,
  name: KindName,
  { kind, keys, requestedAt }: Gone,
  origin: Origin,
): Promise<void> {
  for (let at = 0; at < keys.length; at += batchSize) {
    const ids = keys.slice(at, at + batchSize).map(Number);
    const hanging = context.store.production.each(name, { [parentField(kind)]: { $in: ids } });
    await stageRemovals(context, run, { name, origin, requestedAt }, hanging);
  }
}

/** Stages the removal of entities themselves. */
export async function stageGone(
  context: SyncContext,
  run: RunDocument,
  { kind: name, keys, requestedAt }: Gone,
  origin: Origin,
): Promise<void> {
  const gone = context.store.production.each(name, { _id: { $in: [...keys] } });
  await stageRemovals(context, run, { name, origin, requestedAt }, gone);
}

/**
 * Stages the removal of parents that the API does not know any more, with what hangs on them. What lists of the same run
 * still show of it is taken back; what hangs on it in kinds that are planned later goes with their plans.
 */
export async function stageLostParents(context: SyncContext, run: RunDocument, lost: Gone): Promise<void> {
  const { changes } = context.store;
  const { kind, keys } = lost;
  await stageGone(context, run, lost, 'found');
  await changes.retract(run._id, kind, ['insert', 'update'], { key: { $in: [...keys] } });
  const onIt = { [`after.${parentField(kind)}`]: { $in: keys.map(Number) } };
  for (const name of kindsBelow(kind).filter((below) => run.plan[below] !== undefined)) {
    await changes.retract(run._id, name, ['insert', 'update'], onIt);
    await stageHanging(context, run, name, lost, 'found');
  }
}

/** Stages the removal of these entities; again changes nothing. */
export async function stageRemovals(
  { store: { changes } }: SyncContext,
  run: RunDocument,
  { name, origin, requestedAt }: { readonly name: KindName; readonly origin: Origin; readonly requestedAt: Date },
  entities: AsyncIterable<ProductionDocument>,
): Promise<void> {
  const source = changes.planner(run._id, name, origin);
  let batch: StagedChange[] = [];
  for await (const entity of entities) {
    batch.push({ ...stagedRemoval(entity, requestedAt), before: remotePart(entity) });
    if (batch.length < batchSize) continue;
    await changes.add(source, batch);
    batch = [];
  }
  await changes.add(source, batch);
}
