import { type EntityFields, type EntityKind, entityKey, type Matcher, matcherOf } from '@broadstreet-sync/domain';
import type { ComparedEntity, ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { asIfCleared } from './fresh.ts';
import { fieldsOfScope, type ListChoice } from './lists.ts';
import { filtersOfRun, type LimitedRun } from './select-scopes.ts';

/** What a list task compares its rows with. */
export interface Current {
  readonly entities: readonly ComparedEntity[];
  /** Keys of those that the run's filters name; null where they leave none out. */
  readonly named: ReadonlySet<string> | null;
}

/** What of a list's rows the run's filters name; null where they leave none out. */
export function matcherOfList(run: LimitedRun, kind: EntityKind, list: ListChoice): Matcher | null {
  const { parents, ...others } = filtersOfRun(run, kind);
  const open = Object.entries(parents).filter(([field]) => !fieldsOfScope(list).includes(field));
  return matcherOf(kind, { ...others, parents: Object.fromEntries(open) });
}

/** Keys of the entities that filters name; null where they leave none out. Pure. */
export function keysOf(entities: readonly ProductionDocument[], matches: Matcher | null): ReadonlySet<string> | null {
  return matches === null ? null : new Set(entities.filter((entity) => matches(entity)).map(({ _id }) => _id));
}

/** Production's entities of a scope, in the form in which the run's mode compares them. */
export async function readCurrent(
  { store: { production } }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  scope: Record<string, number>,
  matches: Matcher | null,
): Promise<Current> {
  if (run.mode !== 'fresh' && matches === null) {
    return { entities: await production.compared(kind, scope), named: null };
  }
  const entities: ComparedEntity[] = [];
  const named = new Set<string>();
  for await (const entity of production.each(kind.name, scope)) {
    if (matches?.(entity) === true) named.add(entity._id);
    const { _id, sync } = run.mode === 'fresh' ? asIfCleared(entity) : entity;
    entities.push({ _id, sync });
  }
  return { entities, named: matches === null ? null : named };
}

/**
 * What of a list and of production a run may touch. An entity that filters name, by the row or by what production holds of
 * it, is taken as a whole: one that is there and no longer fits is changed, not removed. Pure.
 */
export function limitToReach(
  kind: EntityKind,
  rows: readonly EntityFields[],
  { entities, named }: Current,
  matches: Matcher | null,
): { rows: readonly EntityFields[]; entities: readonly ComparedEntity[] } {
  if (matches === null || named === null) return { rows, entities };
  const fitting = rows.filter((row) => matches(row)).map((row) => entityKey(kind, row));
  const reached = new Set([...named, ...fitting]);
  return {
    rows: rows.filter((row) => reached.has(entityKey(kind, row))),
    entities: entities.filter(({ _id }) => reached.has(_id)),
  };
}
