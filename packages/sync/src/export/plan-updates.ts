import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  idsOf,
  localIdPattern,
  normaliseName,
} from '@broadstreet-sync/domain';
import type { PlannedTask, ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isUndecided, undecided } from '../merge/undecided.ts';
import { choiceOf, noteRefusedPlans, writeTask } from './existing.ts';
import { nameScope } from './name-scope.ts';

/** An entity of production that is to be written. */
export interface Writing {
  readonly document: ProductionDocument;
  readonly task: PlannedTask;
}

/** The owner of names that an edit gives: an entity of production. */
const ownerOf = (kind: EntityKind, { _id }: ProductionDocument): string => `${kind.name}/${_id}`;

/**
 * Plans the updates of a kind: one task for each entity that was edited here. Names that edits give are taken from here
 * on: a create that was looked for by its name could else be mistaken for an entity that was renamed.
 */
export async function planUpdates(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<PlannedTask[]> {
  const planned: PlannedTask[] = [];
  for (const { document, task } of await listUpdates(context, run, kind)) {
    const error = task.error ?? (await takeNames(context, run, kind, document));
    planned.push(error === null ? task : { ...task, state: 'failed', error });
  }
  await noteRefusedPlans(context, run, planned);
  return planned;
}

/** What was edited here and is to be sent, with the task that sends it. Nothing is stored. */
export async function listUpdates(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Writing[]> {
  const edited = await context.store.existing.edited(await choiceOf(context, run, kind, 'update'), kind.name);
  return edited.map((document, order) => {
    const task = writeTask(context, run, kind, 'update', document._id, document, order);
    if (task.error !== undefined || !isUndecided(document)) return { document, task };
    const error = undecided(kind, document._id, document.sync.edited);
    return { document, task: { ...task, state: 'failed' as const, error } };
  });
}

/** Reserves the names that an edit gives. @returns why not, where an open create has one of them */
async function takeNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  document: ProductionDocument,
): Promise<ErrorRecord | null> {
  const { names } = context.store;
  const scope = nameScope(kind, idsOf(kind, document));
  const claims = claimsOf(kind, document, document.sync.edited).map((claim) => ({
    ...claim,
    owner: ownerOf(kind, document),
  }));
  const refused = await names.reserve(run._id, scope, claims);
  if (refused.length === 0) return null;
  const holders = new Map((await names.reserved(scope)).map(({ _id, owner }) => [_id, owner]));
  const isOpenCreate = ({ field, value }: { field: string; value: string }): boolean =>
    localIdPattern.test(holders.get(`${scope}:${field}:${value}`) ?? '');
  const [taken] = refused.filter(isOpenCreate);
  if (taken === undefined) return null;
  const message = `The ${taken.field} ${JSON.stringify(document[taken.field])} was sent for a new ${kind.singular}, and the answer is not known yet.`;
  return { category: 'conflict', code: 'name_open', message, remedy: 'Export again once that is settled.' };
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
