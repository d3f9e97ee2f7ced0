import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  type NameHolder,
  normaliseName,
} from '@broadstreet-sync/domain';
import type { NameClaim, ReservationDocument } from '@broadstreet-sync/store';
import { type ChosenName, chooseNames } from './choose-names.ts';
import { editedKey } from './name-scope.ts';
import { type Candidate, fixedNames, wishedName } from './prepare.ts';

/** What is known of the names within one parent. */
export interface TakenNames {
  /** Ids that carry a value, by {@link nameOf}, as the parent's list showed. */
  readonly listed: ReadonlyMap<string, readonly string[]>;
  /** What runs have given away. */
  readonly reserved: ReadonlyMap<string, Pick<ReservationDocument, 'owner' | 'run_id'>>;
}

/** A candidate with the name under which it is sent. */
export interface Named extends Candidate {
  /** As it was given; its payload has the one that is sent. */
  readonly wish: string | null;
  readonly sentName: string | null;
  readonly beforeIds: readonly string[];
  /** Who has the name that it wished for. */
  readonly renamed: NameHolder | null;
}

/** A value within a parent, as text. */
export function nameOf(field: string, value: string): string {
  return `${field}:${value}`;
}

/**
 * Gives names to what is to be created within one parent, in the order given. Of other unique values one that is taken is
 * refused: it is never changed. Pure.
 */
export function nameGroup(
  run: { readonly _id: string },
  kind: EntityKind,
  group: readonly Candidate[],
  taken: TakenNames,
): Named[] {
  const [nameField] = kind.unique;
  const isTaken = (field: string, value: string, owner: string): boolean => {
    const holder = taken.reserved.get(nameOf(field, value));
    return taken.listed.has(nameOf(field, value)) || (holder !== undefined && holder.owner !== owner);
  };
  const fixed = refuseTakenFixed(kind, group, isTaken);
  const unnamed = (candidate: Candidate): Named => toUnnamed(kind, candidate);
  if (nameField === undefined) return fixed.map(unnamed);
  const wishes = fixed.flatMap((candidate) => {
    const name = candidate.refusal === null ? wishedName(kind, candidate) : null;
    return name === null ? [] : [{ owner: candidate.id, name }];
  });
  const chosen = chooseNames(wishes, (normal, owner) => isTaken(nameField, normal, owner));
  const byOwner = new Map(chosen.map((choice) => [choice.owner, choice]));
  const holders = new Map(chosen.map(({ normal, owner }) => [normal, owner]));
  return fixed.map((candidate) => {
    const choice = byOwner.get(candidate.id);
    if (choice === undefined) return unnamed(candidate);
    const wish = wishedName(kind, candidate);
    const wished = normaliseName(wish ?? '');
    return {
      ...candidate,
      wish,
      sentName: choice.name,
      beforeIds: taken.listed.get(nameOf(nameField, choice.normal)) ?? [],
      renamed:
        wished === choice.normal ? null : holderOf(run, kind, nameOf(nameField, wished), taken, holders.get(wished)),
      payload: withName(candidate.payload, nameField, choice),
    };
  });
}

/** A candidate that gets no name: it is refused, or its kind has none. */
export function toUnnamed(kind: EntityKind, candidate: Candidate): Named {
  return { ...candidate, wish: wishedName(kind, candidate), sentName: null, beforeIds: [], renamed: null };
}

function withName(payload: EntityFields, field: string, { name }: ChosenName): EntityFields {
  return { ...payload, [field]: name };
}

/** @param inGroup local entity of the same group that was given the name */
function holderOf(
  { _id }: { readonly _id: string },
  kind: EntityKind,
  key: string,
  { listed, reserved }: TakenNames,
  inGroup: string | undefined,
): NameHolder | null {
  const remote_ids = listed.get(key);
  if (remote_ids !== undefined) return { by: 'remote', remote_ids };
  const reservation = reserved.get(key);
  const edited = reservation === undefined ? null : editedKey(kind, reservation.owner);
  if (edited !== null) return { by: 'edit', remote_ids: [edited] };
  if (reservation !== undefined && reservation.run_id !== _id) return { by: 'run', local_id: reservation.owner };
  const local_id = inGroup ?? reservation?.owner;
  return local_id === undefined ? null : { by: 'local', local_id };
}

/** What named entities take for themselves within their parent. */
export function claimsOf(kind: EntityKind, named: readonly Named[]): NameClaim[] {
  const [nameField] = kind.unique;
  return named
    .filter(({ refusal }) => refusal === null)
    .flatMap((entity) => {
      const { sentName, id: owner } = entity;
      const fixed = fixedNames(kind, entity).map((value) => ({ ...value, owner }));
      if (nameField === undefined || sentName === null) return fixed;
      return [{ field: nameField, value: normaliseName(sentName), owner }, ...fixed];
    });
}

/** The candidate, which this run does not create. */
export function refused<C extends Candidate>(candidate: C, error: ErrorRecord): C {
  const state = error.category === 'dependency' ? 'blocked' : 'failed';
  return { ...candidate, refusal: { state, error, from: null } };
}

function refuseTakenFixed(
  kind: EntityKind,
  group: readonly Candidate[],
  isTaken: (field: string, value: string, owner: string) => boolean,
): Candidate[] {
  const given = new Set<string>();
  return group.map((candidate) => {
    for (const { field, value } of fixedNames(kind, candidate)) {
      if (!isTaken(field, value, candidate.id) && !given.has(nameOf(field, value))) {
        given.add(nameOf(field, value));
        continue;
      }
      const message = `The ${field} ${JSON.stringify(candidate.payload[field])} is taken; it is never changed by itself, since others rely on it.`;
      return refused(candidate, { category: 'conflict', code: 'taken', message, remedy: `Choose another ${field}.` });
    }
    return candidate;
  });
}
