import type { EntityFields } from '@broadstreet-sync/domain';
import type { SyncContext } from '../context.ts';

/** Keeps to the networks that the settings allow. */
export function isAllowed(context: SyncContext, networkField: string, entity: EntityFields): boolean {
  const { networks } = context.limits;
  const network = entity[networkField];
  return networks === null || (typeof network === 'number' && networks.includes(network));
}
