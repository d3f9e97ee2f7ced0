import { remotePart } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, ProductionWrite, SyncPart } from '@broadstreet-sync/store';

/**
 * Decides what a staged reversal does to production as it is now: nothing where anything was written since. What was made
 * here comes back as it was: edits that were not sent, conflicts, where the entity came from. Pure.
 */
export function resolveReversal(
  change: ChangeDocument,
  current: ProductionDocument | null,
  now: Date,
): ProductionWrite {
  const isAsExpected = (current?.sync.revision ?? null) === change.expects;
  if (!isAsExpected || isBeingRemoved(current)) return { operation: 'none' };
  if (change.operation === 'remove') return { operation: 'remove' };
  const { restores, after, key } = change;
  const { created_locally = false, synced_with_api = false, original_local_id } = { ...current, ...current?.sync };
  const origin = {
    created_locally: restores?.created_locally ?? created_locally,
    synced_with_api: restores?.synced_with_api ?? synced_with_api,
  };
  const localId = restores?.original_local_id ?? original_local_id;
  const document: ProductionDocument = {
    ...remotePart(after ?? {}),
    _id: key,
    ...origin,
    synced_at: now,
    sync: {
      ...keptOf(current),
      hash: change.hash,
      revision: (current?.sync.revision ?? 0) + 1,
      written_at: now,
      run_id: change.run_id,
      edited: restores?.edited ?? [],
      base: restores?.base ?? {},
      ...(restores?.conflict === undefined ? {} : { conflict: restores.conflict }),
      ...(localId === undefined ? {} : { original_local_id: localId }),
      dangling: change.dangling,
    },
  };
  return { operation: current === null ? 'insert' : 'update', document };
}

function isBeingRemoved(current: ProductionDocument | null): boolean {
  return current?.sync.deletion !== undefined && current.sync.deletion.sent_at !== null;
}

/** What is ours and no import changes. */
function keptOf(current: ProductionDocument | null): Pick<SyncPart, 'errors' | 'deletion'> {
  const { errors, deletion } = current?.sync ?? {};
  return { ...(errors === undefined ? {} : { errors }), ...(deletion === undefined ? {} : { deletion }) };
}
