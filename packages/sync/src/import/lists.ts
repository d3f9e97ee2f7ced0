import {
  ancestorFields,
  type EntityKind,
  type ImportFilters,
  type KindName,
  kindNames,
  kinds,
  type ParentParameters,
  parentField,
} from '@broadstreet-sync/domain';

/** One of the ways to list a kind. */
export interface ListChoice {
  /** One request for each entity of this kind. */
  readonly scope: KindName | 'account';
  readonly query: ParentParameters;
  /** `own`: its rows are all that its scope holds; `narrow`: the same for a part of a scope; `view`: absence says nothing. */
  readonly sort: 'own' | 'narrow' | 'view';
}

/** The list by which a kind is read as a whole. */
export function ownList({ list }: EntityKind): ListChoice {
  return { scope: list.scope, query: list.query, sort: 'own' };
}

function otherLists({ list }: EntityKind): ListChoice[] {
  const narrow = list.narrow === undefined ? [] : [{ ...list.narrow, sort: 'narrow' as const }];
  return [...(list.views ?? []).map((view) => ({ ...view, sort: 'view' as const })), ...narrow];
}

/** The list to read a kind from: one that covers only what a filter names, where there is one. Pure. */
export function chooseList(kind: EntityKind, { parents }: ImportFilters): ListChoice {
  const narrower = otherLists(kind).find(({ scope }) => scope !== 'account' && parentField(scope) in parents);
  return narrower ?? ownList(kind);
}

/** Fields that are the same in all rows of a list: they need not be looked at in each. */
export function fieldsOfScope({ scope, sort }: ListChoice): string[] {
  if (scope === 'account') return [];
  // What is in a zone may belong to another network than the zone.
  return sort === 'view' ? [parentField(scope)] : [parentField(scope), ...ancestorFields(kinds[scope])];
}

/** The subject of the task that reads one scope of a list; of a kind's own lists the plain key. No `:`: it ends in job ids. */
export function subjectOf({ scope, sort }: ListChoice, key: string): string {
  return sort === 'own' ? key : `${scope}=${key}`;
}

/** The list that a task reads, and the id of its scope's entity; null for the account. @see subjectOf */
export function listOf(kind: EntityKind, subject: string): { list: ListChoice; id: number | null } {
  const [, name, key] = /^(\w+)=(\d+)$/.exec(subject) ?? [];
  const scope = kindNames.find((candidate) => candidate === name);
  const other = scope === undefined ? undefined : otherLists(kind).find((list) => list.scope === scope);
  if (other !== undefined) return { list: other, id: Number(key) };
  return { list: ownList(kind), id: kind.list.scope === 'account' ? null : Number(subject) };
}
