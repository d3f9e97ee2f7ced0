import type { EntityKind, KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { selectScopes } from './select-scopes.ts';

/** How many lists an import will read of each kind, as far as production tells before the first request. */
export async function expectLists(
  context: SyncContext,
  run: RunDocument,
  concerned: readonly EntityKind[],
): Promise<Partial<Record<KindName, number>>> {
  const counted = concerned.map(async (kind) => [kind.name, await countLists(context, run, kind)] as const);
  return Object.fromEntries(await Promise.all(counted));
}

async function countLists(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<number> {
  const readsAll = (run.mode === 'full' || run.mode === 'fresh') && run.only === null && run.kinds.includes(kind.name);
  if (readsAll) return context.store.scopes.countLists(kind, context.limits.networks);
  return (await selectScopes(context, run, kind)).length;
}
