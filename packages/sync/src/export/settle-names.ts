import { type EntityKind, type ErrorRecord, kinds, parentField } from '@broadstreet-sync/domain';
import type { KnownNames, RunDocument, ScopedClaim, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { chooseNames } from './choose-names.ts';
import { lineageKey, nameScope } from './name-scope.ts';
import { type Candidate, fixedNames, isToCreate, wishedName } from './prepare.ts';

/** A candidate with the name under which it is sent. */
export interface Named extends Candidate {
  readonly sentName: string | null;
  readonly beforeIds: string[];
}

/** Candidates under one parent. */
interface Group {
  readonly scope: string;
  readonly candidates: readonly Candidate[];
}

/** Gives names within each parent; whose names cannot be known is refused. */
export async function settleNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<Named[]> {
  const settled = new Map<string, Named>();
  const keep = (named: readonly Named[]): void => {
    for (const candidate of named) settled.set(candidate.id, candidate);
  };
  if (kind.unique.length > 0) {
    const { readable, refused } = await readableGroups(context, run, kind, candidates);
    keep(refused);
    keep(await nameGroups(context, run, kind, readable));
  }
  return candidates.map((candidate) => settled.get(candidate.id) ?? { ...candidate, sentName: null, beforeIds: [] });
}

/** The parents under which something is to be created, without those whose names could not be read. */
async function readableGroups(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<{ readable: Group[]; refused: Named[] }> {
  const lists = new Map<string, TaskDocument>();
  for await (const task of context.store.tasks.each({ run_id: run._id, kind: kind.name, action: 'names' })) {
    lists.set(task.subject, task);
  }
  const [readable, refused]: [Group[], Named[]] = [[], []];
  const groups = Map.groupBy(candidates.filter(isToCreate), ({ resolved }) => nameScope(kind, resolved?.parents ?? {}));
  for (const [scope, group] of groups) {
    const parents = group[0]?.resolved;
    const isNew = parents === null || parents === undefined || parents.isNew;
    const list = isNew ? undefined : lists.get(lineageKey(kind, parents.parents));
    if (list === undefined || list.state === 'completed') readable.push({ scope, candidates: group });
    else refused.push(...group.map((candidate) => refuse(candidate, namesUnknown(kind, list.error))));
  }
  return { readable, refused };
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

function refuse(candidate: Candidate, error: ErrorRecord): Named {
  const state = error.category === 'dependency' ? 'blocked' : 'failed';
  return { ...candidate, refusal: { state, error, from: null }, sentName: null, beforeIds: [] };
}

/** Names the groups; those in which another run was faster between the look and the reservation are looked at again. */
async function nameGroups(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  groups: readonly Group[],
): Promise<Named[]> {
  const { names } = context.store;
  const done: Named[] = [];
  let open = groups;
  while (open.length > 0) {
    const known = await names.known(
      run._id,
      open.map(({ scope }) => scope),
    );
    const named = open.map((group) => nameGroup(kind, group, known.get(group.scope) ?? { listed: [], reserved: [] }));
    const lost = await names.reserveAll(
      run._id,
      named.flatMap(({ claims }) => claims),
    );
    const again = new Set(lost.map(({ scope }) => scope));
    done.push(...named.filter(({ scope }) => !again.has(scope)).flatMap((group) => group.named));
    open = open.filter(({ scope }) => again.has(scope));
  }
  return done;
}

/** Gives each candidate under one parent its name, and says what is to be reserved for that. Pure. */
function nameGroup(
  kind: EntityKind,
  { scope, candidates }: Group,
  { listed, reserved }: KnownNames,
): { scope: string; named: Named[]; claims: ScopedClaim[] } {
  const nameField = kind.unique[0] ?? '';
  const taken = new Map(listed.map(({ field, value, ids }) => [`${field}:${value}`, ids]));
  const owners = new Map(reserved.map(({ _id, owner }) => [_id, owner]));
  const isTaken = (field: string, value: string, owner: string): boolean => {
    const holder = owners.get(`${scope}:${field}:${value}`);
    return taken.has(`${field}:${value}`) || (holder !== undefined && holder !== owner);
  };
  const fixed = refuseTakenFixed(kind, candidates, isTaken);
  const good = fixed.filter(({ refusal }) => refusal === null);
  const wishes = good.flatMap((candidate) => {
    const name = wishedName(kind, candidate);
    return name === null ? [] : [{ owner: candidate.id, name }];
  });
  const chosen = chooseNames(wishes, (normal, owner) => isTaken(nameField, normal, owner));
  const claims = [
    ...chosen.map(({ owner, normal }) => ({ scope, field: nameField, value: normal, owner })),
    ...good.flatMap((candidate) =>
      fixedNames(kind, candidate).map((value) => ({ ...value, scope, owner: candidate.id })),
    ),
  ];
  const byOwner = new Map(chosen.map((choice) => [choice.owner, choice]));
  const named = fixed.map((candidate): Named => {
    const choice = byOwner.get(candidate.id);
    if (choice === undefined) return { ...candidate, sentName: null, beforeIds: [] };
    return {
      ...candidate,
      sentName: choice.name,
      beforeIds: taken.get(`${nameField}:${choice.normal}`) ?? [],
      payload: { ...candidate.payload, [nameField]: choice.name },
    };
  });
  return { scope, named, claims };
}

function refuseTakenFixed(
  kind: EntityKind,
  group: readonly Candidate[],
  isTaken: (field: string, value: string, owner: string) => boolean,
): Candidate[] {
  const given = new Set<string>();
  return group.map((candidate) => {
    for (const { field, value } of fixedNames(kind, candidate)) {
      if (!isTaken(field, value, candidate.id) && !given.has(`${field}:${value}`)) {
        given.add(`${field}:${value}`);
        continue;
      }
      const message = `The ${field} ${JSON.stringify(candidate.payload[field])} is taken; it is never changed by itself, since others rely on it.`;
      return refuse(candidate, { category: 'conflict', code: 'taken', message, remedy: `Choose another ${field}.` });
    }
    return candidate;
  });
}
