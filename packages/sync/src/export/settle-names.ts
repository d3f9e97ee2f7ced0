import { type EntityKind, type ErrorRecord, kinds, parentField } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { chooseNames } from './choose-names.ts';
import { lineageKey, nameScope } from './name-scope.ts';
import { type Candidate, fixedNames, isToCreate, wishedName } from './prepare.ts';

/** A candidate with the name under which it is sent. */
export interface Named extends Candidate {
  readonly sentName: string | null;
  readonly beforeIds: string[];
}

/** Gives names within each parent; whose names cannot be known is refused. */
export async function settleNames(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<Named[]> {
  const groups = Map.groupBy(candidates.filter(isToCreate), ({ resolved }) => nameScope(kind, resolved?.parents ?? {}));
  const settled = new Map<string, Named>();
  for (const [scope, group] of groups) {
    const first = group[0]?.resolved;
    const list =
      first === null || first === undefined || first.isNew || kind.unique.length === 0
        ? null
        : await readNamesTask(context, run, kind, first.parents);
    const error = list === null || list.state === 'completed' ? null : namesUnknown(kind, list.error);
    const named =
      error === null
        ? await nameGroup(context, run, kind, scope, group)
        : group.map((candidate) => refused(candidate, error));
    for (const candidate of named) settled.set(candidate.id, candidate);
  }
  return candidates.map((candidate) => settled.get(candidate.id) ?? { ...candidate, sentName: null, beforeIds: [] });
}

function readNamesTask(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  parents: Readonly<Record<string, number>>,
) {
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

function refused(candidate: Candidate, error: ErrorRecord): Named {
  const state = error.category === 'dependency' ? 'blocked' : 'failed';
  return { ...candidate, refusal: { state, error, from: null }, sentName: null, beforeIds: [] };
}

async function nameGroup(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  scope: string,
  group: readonly Candidate[],
): Promise<Named[]> {
  const { names } = context.store;
  const [nameField] = kind.unique;
  const listed = await names.listed(run._id, scope);
  const taken = new Map(listed.map(({ field, value, ids }) => [`${field}:${value}`, ids]));
  // Another run may reserve between the look and the reservation: then all of the group is looked at again.
  for (;;) {
    const owners = new Map((await names.reserved(scope)).map(({ _id, owner }) => [_id, owner]));
    const isTaken = (field: string, value: string, owner: string): boolean => {
      const holder = owners.get(`${scope}:${field}:${value}`);
      return taken.has(`${field}:${value}`) || (holder !== undefined && holder !== owner);
    };
    const fixed = refuseTakenFixed(kind, group, isTaken);
    const wishes = fixed.flatMap((candidate) => {
      const name = candidate.refusal === null ? wishedName(kind, candidate) : null;
      return name === null ? [] : [{ owner: candidate.id, name }];
    });
    const chosen =
      nameField === undefined ? [] : chooseNames(wishes, (normal, owner) => isTaken(nameField, normal, owner));
    const claims = [
      ...chosen.map(({ owner, normal }) => ({ field: nameField ?? '', value: normal, owner })),
      ...fixed
        .filter(({ refusal }) => refusal === null)
        .flatMap((candidate) => fixedNames(kind, candidate).map((value) => ({ ...value, owner: candidate.id }))),
    ];
    if ((await names.reserve(run._id, scope, claims)).length > 0) continue;
    const byOwner = new Map(chosen.map((choice) => [choice.owner, choice]));
    return fixed.map((candidate) => {
      const choice = byOwner.get(candidate.id);
      return {
        ...candidate,
        sentName: choice?.name ?? null,
        beforeIds: choice === undefined ? [] : (taken.get(`${nameField ?? ''}:${choice.normal}`) ?? []),
        payload:
          choice === undefined || nameField === undefined
            ? candidate.payload
            : { ...candidate.payload, [nameField]: choice.name },
      };
    });
  }
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
      return refused(candidate, { category: 'conflict', code: 'taken', message, remedy: `Choose another ${field}.` });
    }
    return candidate;
  });
}
