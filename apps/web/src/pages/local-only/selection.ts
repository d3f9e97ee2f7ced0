import type { KindName } from '@broadstreet-sync/domain';
import type { LocalDeletion } from '../../queries/entities.ts';

/** A local entity that was chosen, by its kind and `_id`. */
export type ChosenLocal = LocalDeletion;

/** The choice with that of one kind replaced. */
export function withChoice(chosen: readonly ChosenLocal[], kind: KindName, ids: ReadonlySet<string>): ChosenLocal[] {
  return [...chosen.filter((each) => each.kind !== kind), ...[...ids].map((key) => ({ kind, key }))];
}
