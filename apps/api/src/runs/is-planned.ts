import type { KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';

/**
 * Says whether every task of a kind is stored. A run that still holds the plan that it is to carry out to what is there has
 * planned none of its own kinds yet.
 */
export function isPlanned({ plan, from_plan, checked_at }: RunDocument, name: KindName): boolean {
  const isChecking = from_plan !== undefined && checked_at === undefined;
  return !isChecking && (plan[name]?.phase ?? 'support') !== 'support';
}
