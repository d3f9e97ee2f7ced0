import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';

/**
 * Requests that an import makes beside its lists: each entity of which the API counts lists is asked for once. Pure.
 *
 * @param listsOf how many lists are read of a kind, as far as that is known
 */
export function countRequests(
  { operation, mode }: Pick<RunDocument, 'operation' | 'mode'>,
  listsOf: (name: KindName) => number | null,
): number {
  // Lists that filters limit are not compared with the count.
  if (operation !== 'import' || mode === 'incremental') return 0;
  const counted = Map.groupBy(
    kindNames.filter((name) => kinds[name].countedBy !== undefined),
    (name) => kinds[name].list.scope,
  );
  const asked = [...counted.values()].map((names) => Math.max(...names.map((name) => listsOf(name) ?? 0)));
  return asked.reduce((sum, count) => sum + count, 0);
}
