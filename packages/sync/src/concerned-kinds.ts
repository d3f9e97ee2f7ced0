import { ancestorKinds, type KindName, kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';

/** Kinds that a run touches: those asked for, and what they hang on. */
export function concernedKinds(run: Pick<RunDocument, 'kinds'>): Set<KindName> {
  return new Set([...run.kinds.flatMap((name) => ancestorKinds(kinds[name])), ...run.kinds]);
}
