import type { RunDocument } from '@broadstreet-sync/store';

/**
 * Says whether a run only plans as yet: nothing is sent, and nothing is written but its plan. A dry run does no more; one
 * that carries out a plan first makes the same plan again, to see that it still holds.
 */
export function onlyPlans({ dry_run, from_plan, checked_at }: RunDocument): boolean {
  return dry_run || (from_plan !== undefined && checked_at === undefined);
}
