import type { EntityKind, KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { selectScopes } from './select-scopes.ts';

/**
 * How many lists an import will read of each kind, as far as production tells before the first request. A kind of which it
 * tells nothing, since what its lists hang on was never read, is left out.
 */
export async function expectLists(
  context: SyncContext,
  run: RunDocument,
  concerned: readonly EntityKind[],
): Promise<Partial<Record<KindName, number>>> {
  const counted = concerned.map(async (kind) => [kind.name, await countLists(context, run, kind)] as const);
  return Object.fromEntries((await Promise.all(counted)).filter(([, count]) => count !== null));
}

async function countLists(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<number | null> {
  if (undoOf(run) !== null) return 0;
  const readsAll = (run.mode === 'full' || run.mode === 'fresh') && run.only === null && run.kinds.includes(kind.name);
  if (!readsAll) return (await selectScopes(context, run, kind)).length;
  return (await context.store.scopes.countLists(kind, context.limits.networks)) || null;
}
