import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  type ImportFilters,
  type KindName,
  kinds,
  noFilters,
  type ParentIds,
  parentField,
  rootField,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { heldEntities } from './held-entities.ts';
import { isAllowed } from './is-allowed.ts';
import { chooseList, fieldsOfScope, type ListChoice, subjectOf } from './lists.ts';

/** What one list request covers. */
export interface Scope {
  /** Id of the scope's entity, as text, with its kind before it where the list is not the kind's own; `account` for all. */
  readonly key: string;
  /** Ids of that entity and its ancestors, by field. */
  readonly parents: ParentIds;
  readonly title: string;
}

function numbersOf(entity: EntityFields, fields: readonly string[]): ParentIds {
  const given = fields.flatMap((field) => {
    const value = entity[field];
    return typeof value === 'number' ? [[field, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/**
 * The scopes of a kind as this run leaves the account: those of production, without what the run removes, with what it
 * adds, and without what hangs on rows that a held list has lost.
 *
 * @param filters of the kind; scopes that cannot hold what they name are left out
 */
export async function scopesOf(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  filters: ImportFilters = noFilters,
): Promise<Scope[]> {
  const list = chooseList(kind, filters);
  if (list.scope === 'account') return [{ key: 'account', parents: {}, title: `list ${kind.name}` }];
  const scopeKind = kinds[list.scope];
  const titleOf = (key: string): string => `list ${kind.name} of ${scopeKind.singular} ${key}`;
  const named = filters.parents[parentField(list.scope)];
  if (list.sort === 'view' && named !== undefined) {
    const key = String(named);
    return [{ key: subjectOf(list, key), parents: { [parentField(list.scope)]: named }, title: titleOf(key) }];
  }
  return [...(await scopeEntities(context, run, list.scope, withinScopes(list, filters)))]
    .filter(([, entity]) => isAllowed(context, rootField(scopeKind), entity))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([key, entity]) => ({
      key: subjectOf(list, key),
      parents: { ...numbersOf(entity, ancestorFields(scopeKind)), [parentField(scopeKind.name)]: Number(key) },
      title: titleOf(key),
    }));
}

/** What filters say of the entities that scopes are made of, in their own fields. */
function withinScopes(list: ListChoice, { parents }: ImportFilters): Record<string, number> {
  const own = list.scope === 'account' ? null : parentField(list.scope);
  const known = Object.entries(parents).filter(([field]) => fieldsOfScope(list).includes(field));
  return Object.fromEntries(known.map(([field, id]) => [field === own ? 'id' : field, id]));
}

async function scopeEntities(
  context: SyncContext,
  run: RunDocument,
  name: KindName,
  filter: Record<string, number>,
): Promise<Map<string, EntityFields>> {
  const { production, changes } = context.store;
  const fields = ['id', ...ancestorFields(kinds[name])];
  const [known, removed, inserted, held] = await Promise.all([
    production.fields(name, filter, fields),
    changes.keys(run._id, name, 'remove'),
    changes.inserted(run._id, name, fields, filter),
    heldEntities(context, run, kinds[name], filter),
  ]);
  const gone = new Set(removed);
  const entities = new Map<string, EntityFields>(held.added);
  for (const entity of known) if (!gone.has(entity._id) && !held.isMissing(entity)) entities.set(entity._id, entity);
  for (const change of inserted) if (change.after !== null) entities.set(change.key, change.after);
  return entities;
}
