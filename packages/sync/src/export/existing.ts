import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  idsOf,
  type ParentIds,
  rootField,
} from '@broadstreet-sync/domain';
import type { Choice, PlannedTask, RunDocument, WriteAction } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed } from '../import/is-allowed.ts';
import { undoOf } from '../undo-of.ts';
import { notAllowed } from './may-send.ts';
import { onlyPlans } from './planning.ts';

/**
 * What a run may write of entities that exist: what it was asked for; where a plan holds, what that names.
 *
 * @param action what is to be done to them
 */
export async function choiceOf(
  { store }: SyncContext,
  run: RunDocument,
  { name }: EntityKind,
  action: WriteAction,
): Promise<Choice> {
  if (run.from_plan === undefined || onlyPlans(run)) return run;
  return { kinds: run.kinds, only: { [name]: await store.plans.subjects(run._id, name, [action]) }, filters: {} };
}

/** Ids of an entity's parents and ancestors, without its own. */
function parentIdsOf(kind: EntityKind, entity: EntityFields): ParentIds {
  const { [`${kind.singular}_id`]: _own, ...parents } = idsOf(kind, entity);
  return kind.identity.includes('id') ? parents : idsOf(kind, entity);
}

/** Why an entity of production is not to be written: it lies in a network that the settings leave out. */
export function whyNotWritten(context: SyncContext, kind: EntityKind, entity: EntityFields): ErrorRecord | null {
  const field = rootField(kind);
  return isAllowed(context, field, entity) ? null : notAllowed(entity[field]);
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
  const error = whyNotWritten(context, kind, entity);
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
