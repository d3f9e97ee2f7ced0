import {
  chosenKeys,
  type EntityKind,
  type ErrorRecord,
  goesAlong,
  kinds,
  removedWith,
  type StayCode,
  type UndoStep,
} from '@broadstreet-sync/domain';
import type { Dependant, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { choiceOf, noteRefusedPlans, writeTask } from './existing.ts';
import type { Writing } from './plan-updates.ts';
import type { WritePass } from './write-pass.ts';

type Staying = Extract<UndoStep, { fate: 'stays' }>;

/** How the task of an entity that an undo leaves alone ends: only what force would remove counts as not done. */
const stateOf: Readonly<Record<StayCode, 'skipped' | 'failed' | 'blocked'>> = {
  gone: 'skipped',
  cannot_be_removed: 'skipped',
  changed: 'failed',
  has_children: 'blocked',
};

/**
 * Stores the removals of a kind as tasks: of what people want gone; in an undo of what the undone run made, with what stays
 * and why. Again it changes nothing.
 */
export async function planRemovals(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  if (run.plan[kind.name]?.removals === 'ready') return;
  const planned = await listRemovals(context, run, kind);
  await noteRefusedPlans(context, run, planned);
  await context.store.tasks.plan(planned);
  await context.store.runs.setRemovalsPlanned(run._id, kind.name);
}

/** The removals of a kind as tasks, without storing them. */
async function listRemovals(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<PlannedTask[]> {
  const undo = undoOf(run);
  if (undo === null) {
    return (await listWanted(context, run, kind)).map(({ task }) => task);
  }
  const steps = await context.store.undo.plan(undo.run_id, undo.force);
  return listUndo(context, run, steps, [kind, ...goesAlong(kind)]);
}

/** What people want gone of a kind, with the task that removes it. Nothing is stored. */
export async function listWanted(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Writing[]> {
  const wanted = await context.store.existing.unwanted(await choiceOf(context, run, kind, 'remove'), kind.name);
  return wanted.map((document, order) => {
    return { document, task: writeTask(context, run, kind, 'remove', document._id, document, order) };
  });
}

/** What the undone run made of kinds that nothing can remove stays: the tasks that say so. */
export async function planLasting(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const undo = undoOf(run);
  if (undo === null || kind.remove !== null || removedWith(kind) !== null) return;
  const steps = await context.store.undo.plan(undo.run_id, undo.force);
  await context.store.tasks.plan(listUndo(context, run, steps, [kind]));
}

function listUndo(
  context: SyncContext,
  run: RunDocument,
  steps: readonly UndoStep[],
  concerned: readonly EntityKind[],
): PlannedTask[] {
  const names = new Set(concerned.map(({ name }) => name));
  const own = steps.filter(({ fact }) => names.has(fact.kind) && isSelected(run, fact));
  return own.flatMap((step, order): PlannedTask[] => {
    const { fact } = step;
    // What goes along has no request of its own: its task ends with that of what it goes with.
    if (step.fate === 'along') return [];
    const task = writeTask(
      context,
      run,
      kinds[fact.kind],
      'remove',
      fact.key,
      fact.entity ?? { name: fact.name },
      order,
    );
    return [step.fate === 'removed' ? task : { ...task, state: stateOf[step.code], error: toError(step) }];
  });
}

function isSelected(run: RunDocument, { kind, key }: UndoStep['fact']): boolean {
  const keys = chosenKeys(run, kind);
  return keys === null || keys.includes(key);
}

function toError({ code, reason, remedy }: Staying): ErrorRecord {
  const category = code === 'changed' ? 'conflict' : code === 'has_children' ? 'dependency' : 'validation';
  return { category, code, message: reason, remedy };
}

/** What would have gone along with an entity stays with it: in an undo that is part of its result. */
export async function planStaying(
  context: SyncContext,
  { run, kind, task }: WritePass,
  along: readonly Dependant[],
  error: ErrorRecord,
): Promise<void> {
  if (undoOf(run) === null) return;
  const planned = along.map((each, order): PlannedTask => {
    const message = `Stays with the ${kind.singular} ${task.subject}: ${error.message}`;
    return {
      ...writeTask(context, run, kinds[each.kind], 'remove', each.key, each.document, order),
      state: 'blocked',
      error: { category: 'dependency', code: 'stays_with_parent', message, remedy: error.remedy },
      blocked_by: { kind: kind.name, id: task.subject, name: task.title, error },
    };
  });
  await context.store.tasks.plan(planned);
}
