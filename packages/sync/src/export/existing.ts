import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  idsOf,
  type KindName,
  localIdPattern,
  type ParentIds,
  rootField,
} from '@broadstreet-sync/domain';
import type { PlannedTask, RunDocument, WriteAction } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed } from '../import/is-allowed.ts';
import { undoOf } from '../undo-of.ts';
import { onlyPlans } from './planning.ts';

/**
 * Which entities of production a run may write: those it was limited to, or all of a kind that was asked for; of a plan that
 * holds, those that it names. A limit names local entities and those of production alike.
 *
 * @returns keys, or null for all
 */
export async function selectExisting(
  { store }: SyncContext,
  run: RunDocument,
  kind: KindName,
  action: 'update' | 'remove',
): Promise<string[] | null> {
  if (run.from_plan !== undefined && !onlyPlans(run)) return store.plans.subjects(run._id, kind, [action]);
  return askedFor(run, kind);
}

/** The same of what was asked for, whatever a plan says. */
export function askedFor(run: RunDocument, kind: KindName): string[] | null {
  if (run.only !== null) return (run.only[kind] ?? []).filter((id) => !localIdPattern.test(id));
  return run.kinds.includes(kind) ? null : [];
}

/** Ids of an entity's parents and ancestors, without its own. */
function parentIdsOf(kind: EntityKind, entity: EntityFields): ParentIds {
  const { [`${kind.singular}_id`]: _own, ...parents } = idsOf(kind, entity);
  return kind.identity.includes('id') ? parents : idsOf(kind, entity);
}

/** The task of writing one entity of production; refused at once where the entity is not to be written. */
export function writeTask(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  action: WriteAction,
  key: string,
  entity: EntityFields,
  order: number,
): PlannedTask {
  const name = typeof entity.name === 'string' ? JSON.stringify(entity.name.trim()) : key;
  const error = isAllowed(context, rootField(kind), entity) ? null : notAllowed(entity[rootField(kind)]);
  return {
    run_id: run._id,
    kind: kind.name,
    action,
    subject: key,
    title: `${action} ${kind.singular} ${name}`,
    parents: parentIdsOf(kind, entity),
    counted: true,
    order,
    ...(error === null ? {} : { state: 'failed' as const, error }),
  };
}

function notAllowed(network: unknown): ErrorRecord {
  return {
    category: 'validation',
    code: 'network_not_allowed',
    message: `Network ${String(network)} is not among those to sync.`,
    remedy: 'Add it to BROADSTREET_NETWORKS.',
  };
}

/** Stores tasks that are refused by their plan on the entities too. */
export async function noteRefusedPlans(
  context: SyncContext,
  run: RunDocument,
  planned: readonly PlannedTask[],
): Promise<void> {
  // An undo is nobody's wish about one entity: what it leaves alone stands in its own results.
  if (undoOf(run) !== null) return;
  for (const { kind, subject, run_id, error } of planned) {
    if (error === null || error === undefined) continue;
    const { message, category } = error;
    await context.store.production.noteError(kind, subject, { message, category, run_id });
  }
}
