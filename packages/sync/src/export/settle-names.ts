import { type EntityKind, type ErrorRecord, kinds, parentField } from '@broadstreet-sync/domain';
import type { KnownNames, RunDocument, ScopedClaim, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { lineageKey, nameScope } from './name-scope.ts';
import { claimsOf, type Named, nameGroup, nameOf, refused, type TakenNames, toUnnamed } from './plan-names.ts';
import { onlyPlans } from './planning.ts';
import { type Candidate, isToCreate } from './prepare.ts';
import { type Proposed, proposeLinks } from './propose-links.ts';

/** What a run has decided about a local entity: created under a name, linked, or refused. */
export type Settled = Named & Proposed;

/** Candidates under one parent. */
interface Group<C extends Candidate = Candidate> {
  readonly scope: string;
  readonly candidates: readonly C[];
}

/**
 * Gives names within each parent, or links to what is there; whose names cannot be known is refused.
 *
 * @param taken names that the run gives to entities that exist
 */
export async function settleNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
  taken: readonly ScopedClaim[],
): Promise<Settled[]> {
  const settled = new Map<string, Settled>();
  const keep = (entities: readonly Settled[]): void => {
    for (const entity of entities) settled.set(entity.id, entity);
  };
  const { readable, unknown } = await readableGroups(context, run, kind, candidates);
  keep(unknown);
  keep(await settleGroups(context, run, kind, readable, taken));
  return candidates.map((candidate) => settled.get(candidate.id) ?? unsettled(kind, candidate));
}

function unsettled(kind: EntityKind, candidate: Candidate): Settled {
  return { ...toUnnamed(kind, candidate), proposals: [], link: null };
}

/** The parents under which something is to be made, without those whose names could not be read. */
async function readableGroups(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<{ readable: Group[]; unknown: Settled[] }> {
  const lists = new Map<string, TaskDocument>();
  for await (const task of context.store.tasks.each({ run_id: run._id, kind: kind.name, action: 'names' })) {
    lists.set(task.subject, task);
  }
  const [readable, unknown]: [Group[], Settled[]] = [[], []];
  const open = candidates.filter((candidate) => isToCreate(candidate) || candidate.twin !== null);
  for (const [scope, group] of Map.groupBy(open, ({ resolved }) => nameScope(kind, resolved?.parents ?? {}))) {
    const parents = group[0]?.resolved;
    const isNew = parents === null || parents === undefined || parents.isNew;
    const list = isNew ? undefined : lists.get(lineageKey(kind, parents.parents));
    if (list === undefined || list.state === 'completed') readable.push({ scope, candidates: group });
    else unknown.push(...group.map((candidate) => unsettled(kind, refused(candidate, namesUnknown(kind, list.error)))));
  }
  return { readable, unknown };
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

async function settleGroups(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  groups: readonly Group[],
  taken: readonly ScopedClaim[],
): Promise<Settled[]> {
  const look = (some: readonly Group[]) => knownNames(context, run, kind, some, taken);
  const known = await look(groups);
  const located = groups.flatMap(({ scope, candidates }) => {
    return candidates.map((candidate) => ({ candidate, scope, listed: known.get(scope)?.listed ?? new Map() }));
  });
  const proposed = await proposeLinks(context, run.adopt === 'exact', kind, located);
  const byScope = Map.groupBy(proposed, (_, at) => located[at]?.scope ?? '');
  const toName = groups.map(({ scope }) => {
    const own = byScope.get(scope) ?? [];
    return { scope, candidates: own.filter((entity) => isToCreate(entity) && entity.link === null) };
  });
  const named = await nameGroups(context, run, kind, toName, { known, look });
  const byId = new Map(named.map((entity) => [entity.id, entity]));
  return proposed.map((entity) => {
    const { proposals, link } = entity;
    return { ...unsettled(kind, entity), ...byId.get(entity.id), proposals, link };
  });
}

/** Kinds without names have nothing to know. */
async function knownNames(
  { store }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  groups: readonly Group[],
  taken: readonly ScopedClaim[],
): Promise<Map<string, TakenNames>> {
  if (kind.unique.length === 0) return new Map();
  const scopes = groups.map(({ scope }) => scope);
  const known = await store.names.known(run._id, scopes);
  const given = Map.groupBy(taken, ({ scope }) => scope);
  return new Map([...known].map(([scope, names]) => [scope, takenNames(run, scope, names, given.get(scope) ?? [])]));
}

function takenNames(
  { _id: run_id }: RunDocument,
  scope: string,
  { listed, reserved }: KnownNames,
  given: readonly ScopedClaim[],
): TakenNames {
  return {
    listed: new Map(listed.map(({ field, value, ids }) => [nameOf(field, value), ids])),
    reserved: new Map([
      ...given.map(({ field, value, owner }) => [nameOf(field, value), { owner, run_id }] as const),
      ...reserved.map((entry) => [entry._id.slice(scope.length + 1), entry] as const),
    ]),
  };
}

/** What is known of names within groups, and how to look again. */
interface Knowledge {
  readonly known: ReadonlyMap<string, TakenNames>;
  readonly look: (groups: readonly Group[]) => Promise<ReadonlyMap<string, TakenNames>>;
}

/**
 * Names what is to be created; groups in which another run was faster between the look and the reservation are looked at
 * again. A run that only plans takes nothing for itself.
 */
async function nameGroups(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  groups: readonly Group[],
  { known: first, look }: Knowledge,
): Promise<Named[]> {
  const done: Named[] = [];
  let [open, known] = [groups, first];
  while (open.length > 0) {
    const named = open.map(({ scope, candidates }) => {
      const taken = known.get(scope) ?? { listed: new Map(), reserved: new Map() };
      return { scope, entities: nameGroup(run, kind, candidates, taken) };
    });
    const claims = named.flatMap(({ scope, entities }) =>
      claimsOf(kind, entities).map((claim) => ({ ...claim, scope })),
    );
    const lost = onlyPlans(run) ? [] : await context.store.names.reserveAll(run._id, claims);
    const again = new Set(lost.map(({ scope }) => scope));
    done.push(...named.filter(({ scope }) => !again.has(scope)).flatMap(({ entities }) => entities));
    open = open.filter(({ scope }) => again.has(scope));
    if (open.length > 0) known = await look(open);
  }
  return done;
}
