import { type EntityKind, kinds } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { nameScope } from './name-scope.ts';

/** `unreachable`, `refused`: the API cannot be asked now; to go on at once is of no use. */
export type Settlement = 'done' | 'unreachable' | 'refused';

/** Intents of one kind under one parent, of which one list tells all. */
export interface ParentGroup {
  readonly kind: EntityKind;
  readonly first: IntentDocument;
  readonly intents: readonly IntentDocument[];
}

/** Does the work parent by parent, until the API cannot be asked any more. */
export async function perParent(
  intents: readonly IntentDocument[],
  signal: AbortSignal,
  work: (group: ParentGroup) => Promise<Settlement>,
): Promise<Settlement> {
  const groups = Map.groupBy(intents, ({ kind, parents }) => nameScope(kinds[kind], parents));
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || signal.aborted) continue;
    const settlement = await work({ kind: kinds[first.kind], first, intents: group });
    if (settlement !== 'done') return settlement;
  }
  return 'done';
}
