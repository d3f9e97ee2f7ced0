import { type EntityKind, type ErrorRecord, kinds, parentField, type References } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { lineageKey, nameScope } from './name-scope.ts';
import { claimsOf, type Named, nameGroup, nameOf, refused, type TakenNames } from './plan-names.ts';
import { onlyPlans } from './planning.ts';
import { type Candidate, isToCreate } from './prepare.ts';
import { type Proposed, proposeLinks } from './propose-links.ts';

/** What a run has decided about a local entity: created under a name, linked, or refused. */
export type Settled = Named & Proposed;

const noNames: TakenNames = { listed: new Map(), reserved: new Map() };

/** Gives names within each parent, or links to what is there; whose names cannot be known is refused. */
export async function settleNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<Settled[]> {
  const open = candidates.filter((candidate) => isToCreate(candidate) || candidate.twin !== null);
  const groups = Map.groupBy(open, ({ resolved }) => nameScope(kind, resolved?.parents ?? {}));
  const settled = new Map<string, Settled>();
  for (const [scope, group] of groups) {
    for (const entity of await settleGroup(context, run, kind, scope, group)) settled.set(entity.id, entity);
  }
  return candidates.map((candidate) => settled.get(candidate.id) ?? unsettled(candidate));
}

function unsettled(candidate: Candidate): Settled {
  return { ...candidate, sentName: null, beforeIds: [], renamed: null, proposals: [], link: null };
}

async function settleGroup(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  scope: string,
  group: readonly Candidate[],
): Promise<Settled[]> {
  const first = group[0]?.resolved;
  const hasList = first !== null && first !== undefined && !first.isNew && kind.unique.length > 0;
  const list = hasList ? await namesTask(context, run, kind, first.parents) : null;
  if (list !== null && list.state !== 'completed') {
    const error = namesUnknown(kind, list.error);
    return group.map((candidate) => unsettled(refused(candidate, error)));
  }
  const listed = await readListed(context, run, scope);
  const isWanted = run.adopt === 'exact';
  const proposed = await proposeLinks(context, isWanted, kind, group, { ...noNames, listed });
  const named = await nameAll(context, run, kind, scope, proposed, listed);
  const byId = new Map(named.map((entity) => [entity.id, entity]));
  return proposed.map((entity) => ({ ...unsettled(entity), ...byId.get(entity.id), ...linkOf(entity) }));
}

function linkOf({ proposals, link }: Proposed): Pick<Proposed, 'proposals' | 'link'> {
  return { proposals, link };
}

function namesTask(context: SyncContext, run: RunDocument, kind: EntityKind, parents: References) {
  const subject = lineageKey(kind, parents);
  return context.store.tasks.of({ run_id: run._id, kind: kind.name, action: 'names', subject });
}

function namesUnknown(kind: EntityKind, cause: ErrorRecord | null): ErrorRecord {
  if (cause?.category === 'dependency' && kind.lineage !== undefined) {
    const { singular } = kinds[kind.lineage];
    const message = `Broadstreet knows no such ${singular}, or the account may not see it.`;
    const remedy = `Set ${parentField(kind.lineage)} to one that exists.`;
    return { category: 'dependency', code: 'missing_parent', message, remedy };
  }
  const message = `The names of ${kind.name} that exist could not be read: ${cause?.message ?? 'no answer'}`;
  return { category: cause?.category ?? 'internal', code: 'names_unknown', message, remedy: 'Export again.' };
}

async function readListed({ store }: SyncContext, run: RunDocument, scope: string): Promise<TakenNames['listed']> {
  const listed = await store.names.listed(run._id, scope);
  return new Map(listed.map(({ field, value, ids }) => [nameOf(field, value), ids]));
}

async function readReserved({ store }: SyncContext, scope: string): Promise<TakenNames['reserved']> {
  const reserved = await store.names.reserved(scope);
  return new Map(reserved.map((entry) => [entry._id.slice(scope.length + 1), entry]));
}

/** Names what is to be created and not linked; a run that only plans takes nothing for itself. */
async function nameAll(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  scope: string,
  proposed: readonly Proposed[],
  listed: TakenNames['listed'],
): Promise<Named[]> {
  const group = proposed.filter((entity) => isToCreate(entity) && entity.link === null);
  // Another run may reserve between the look and the reservation: then all of the group is looked at again.
  for (;;) {
    const reserved = await readReserved(context, scope);
    const named = nameGroup(run, kind, group, { listed, reserved });
    if (onlyPlans(run)) return named;
    const lost = await context.store.names.reserve(run._id, scope, claimsOf(kind, named));
    if (lost.length === 0) return named;
  }
}
