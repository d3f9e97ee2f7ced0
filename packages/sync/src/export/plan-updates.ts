import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  idsOf,
  localIdPattern,
  normaliseName,
} from '@broadstreet-sync/domain';
import type { PlannedTask, ProductionDocument, RunDocument, ScopedClaim } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isUndecided, undecided } from '../merge/undecided.ts';
import { choiceOf, noteRefusedPlans, writeTask } from './existing.ts';
import { editOwner, nameScope } from './name-scope.ts';
import { onlyPlans } from './planning.ts';

/** An entity of production that is to be written. */
export interface Writing {
  readonly document: ProductionDocument;
  readonly task: PlannedTask;
}

/** The updates of a kind, and the names that they give. */
export interface PlannedUpdates {
  readonly updates: readonly Writing[];
  readonly taken: readonly ScopedClaim[];
}

/**
 * Plans the updates of a kind: one task for each entity that was edited here. Names that edits give are taken from here
 * on: a create that was looked for by its name could else be mistaken for an entity that was renamed. A run that only
 * plans takes nothing for itself, and comes to the same.
 */
export async function planUpdates(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<PlannedUpdates> {
  const updates: Writing[] = [];
  const taken: ScopedClaim[] = [];
  for (const { document, task } of await listUpdates(context, run, kind)) {
    const names = task.error === undefined ? await takeNames(context, run, kind, document) : null;
    taken.push(...(names?.taken ?? []));
    const error = names?.error ?? null;
    updates.push({ document, task: error === null ? task : { ...task, state: 'failed', error } });
  }
  if (!onlyPlans(run)) {
    await noteRefusedPlans(
      context,
      run,
      updates.map(({ task }) => task),
    );
  }
  return { updates, taken };
}

/** What was edited here and is to be sent, with the task that sends it. Nothing is stored. */
async function listUpdates(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Writing[]> {
  const edited = await context.store.existing.edited(await choiceOf(context, run, kind, 'update'), kind.name);
  return edited.map((document, order) => {
    const task = writeTask(context, run, kind, 'update', document._id, document, order);
    if (task.error !== undefined || !isUndecided(document)) return { document, task };
    const error = undecided(kind, document._id, document.sync.edited);
    return { document, task: { ...task, state: 'failed' as const, error } };
  });
}

/** Takes the names that an edit gives, and says why it may not where an open create has one of them. */
async function takeNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  document: ProductionDocument,
): Promise<{ taken: ScopedClaim[]; error: ErrorRecord | null }> {
  const { names } = context.store;
  const scope = nameScope(kind, idsOf(kind, document));
  const owner = editOwner(kind, document._id);
  const claims = claimsOf(kind, document, document.sync.edited).map((claim) => ({ ...claim, owner, scope }));
  if (claims.length === 0) return { taken: [], error: null };
  if (!onlyPlans(run)) await names.reserveAll(run._id, claims);
  const holders = new Map((await names.reserved(scope)).map(({ _id, owner: holder }) => [_id, holder]));
  const holderOf = ({ field, value }: ScopedClaim): string => holders.get(`${scope}:${field}:${value}`) ?? owner;
  const taken = claims.filter((claim) => holderOf(claim) === owner);
  const open = claims.find((claim) => localIdPattern.test(holderOf(claim)));
  if (open === undefined) return { taken, error: null };
  const message = `The ${open.field} ${JSON.stringify(document[open.field])} was sent for a new ${kind.singular}, and the answer is not known yet.`;
  const error: ErrorRecord = {
    category: 'conflict',
    code: 'name_open',
    message,
    remedy: 'Export again once that is settled.',
  };
  return { taken, error };
}

function claimsOf(
  kind: EntityKind,
  document: EntityFields,
  edited: readonly string[],
): { field: string; value: string }[] {
  return kind.unique.flatMap((field) => {
    const value = document[field];
    return edited.includes(field) && typeof value === 'string' ? [{ field, value: normaliseName(value) }] : [];
  });
}
