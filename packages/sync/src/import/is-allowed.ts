import { ancestorFields, type EntityFields, type EntityKind } from '@broadstreet-sync/domain';
import type { SyncContext } from '../context.ts';

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
