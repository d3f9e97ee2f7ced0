import { type EntityFields, type EntityKind, type Matcher, matcherOf, rootField } from '@broadstreet-sync/domain';
import type { ComparedEntity, ProductionDocument } from '@broadstreet-sync/store';
import { asIfCleared } from './fresh.ts';
import { isAllowed } from './is-allowed.ts';
import type { ListPass } from './list-pass.ts';
import { fieldsOfScope, type ListChoice } from './lists.ts';
import { filtersOfRun, type LimitedRun } from './select-scopes.ts';

/** What of a scope a run may touch, and how it compares it. */
export interface Reach {
  /** What the settings allow of rows, and of what production holds. */
  readonly allows: (entity: EntityFields) => boolean;
  /** What the run's filters name; null where they leave none out. */
  readonly names: Matcher | null;
  /** Fields of production's entities that all this looks at; null: all. */
  readonly fields: readonly string[] | null;
  /** A production entity in the form in which the run's mode compares it. */
  readonly compared: (entity: ProductionDocument) => ComparedEntity;
}

/** What of a list's rows the run's filters name; null where they leave none out. Pure. */
export function matcherOfList(run: LimitedRun, kind: EntityKind, list: ListChoice): Matcher | null {
  const { parents, ...others } = filtersOfRun(run, kind);
  const open = Object.entries(parents).filter(([field]) => !fieldsOfScope(list).includes(field));
  return matcherOf(kind, { ...others, parents: Object.fromEntries(open) });
}

/** What a run may touch by one of its lists. */
export function reachOf({ context, run, kind, list }: ListPass): Reach {
  const root = rootField(kind);
  const names = matcherOfList(run, kind, list);
  const isFresh = run.mode === 'fresh';
  return {
    allows: (entity) => isAllowed(context, root, entity),
    names,
    fields: isFresh || names !== null ? null : ['sync', root],
    compared: isFresh ? asIfCleared : (entity) => entity,
  };
}

/**
 * Says whether a run touches an entity, given its row, what production holds of it, or both. One that filters name by
 * either is taken as a whole: if it is there and no longer fits, it is changed, not removed. Pure.
 */
export function isReached({ names }: Pick<Reach, 'names'>, ...forms: readonly (EntityFields | undefined)[]): boolean {
  return names === null || forms.some((form) => form !== undefined && names(form));
}
