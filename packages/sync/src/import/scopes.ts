import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  kinds,
  type ParentIds,
  parentField,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed, rootField } from './reach.ts';

/** What one list request covers. */
export interface Scope {
  /** Id of the scope's entity, as text; `account` for all. */
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
 * adds.
 */
export async function scopesOf(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Scope[]> {
  if (kind.list.scope === 'account') return [{ key: 'account', parents: {}, title: `list ${kind.name}` }];
  const scopeKind = kinds[kind.list.scope];
  const fields = ['id', ...ancestorFields(scopeKind)];
  const { production, changes } = context.store;
  const [known, removed, inserted] = await Promise.all([
    production.fields(scopeKind.name, {}, fields),
    changes.keys(run._id, scopeKind.name, 'remove'),
    changes.inserted(run._id, scopeKind.name, fields),
  ]);
  const gone = new Set(removed);
  const entities = new Map<string, EntityFields>();
  for (const entity of known) if (!gone.has(entity._id)) entities.set(entity._id, entity);
  for (const change of inserted) if (change.after !== null) entities.set(change.key, change.after);
  return [...entities]
    .filter(([, entity]) => isAllowed(context, rootField(scopeKind), entity))
    .map(([key, entity]) => ({
      key,
      parents: { ...numbersOf(entity, ancestorFields(scopeKind)), [parentField(scopeKind.name)]: Number(key) },
      title: `list ${kind.name} of ${scopeKind.singular} ${key}`,
    }))
    .sort((a, b) => Number(a.key) - Number(b.key));
}
