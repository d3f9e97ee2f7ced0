import { ancestorFields, type EntityFields, type EntityKind } from '@broadstreet-sync/domain';
import type { ComparedEntity, ProductionDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** What of a scope a run may touch, and how it compares it. */
export interface Reach {
  /** What the settings allow of rows, and of what production holds. */
  readonly allows: (entity: EntityFields) => boolean;
  /**
   * What the run's filters name; null where they leave none out. An entity that they name, by its row or by what production
   * holds of it, is taken as a whole: one that is there and no longer fits is changed, not removed.
   */
  readonly names: ((entity: EntityFields) => boolean) | null;
  /** Fields of production's entities that all this looks at; null: all. */
  readonly fields: readonly string[] | null;
  /** A production entity in the form in which the run's mode compares it. */
  readonly compared: (entity: ProductionDocument) => ComparedEntity;
}

/** Keeps to the networks that the settings allow. */
export function isAllowed(context: SyncContext, networkField: string, entity: EntityFields): boolean {
  const { networks } = context.limits;
  const network = entity[networkField];
  return networks === null || (typeof network === 'number' && networks.includes(network));
}

/** The field in which entities of a kind have the id of their root: their own for the root itself. */
export function rootField(kind: EntityKind): string {
  return ancestorFields(kind).at(-1) ?? 'id';
}

/** All that the settings allow of a kind. */
export function reachOf(context: SyncContext, kind: EntityKind): Reach {
  const root = rootField(kind);
  return {
    allows: (entity) => isAllowed(context, root, entity),
    names: null,
    fields: ['sync', root],
    compared: (entity) => entity,
  };
}
