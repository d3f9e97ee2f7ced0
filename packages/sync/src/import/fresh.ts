import { remotePart } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';
import { contentHash } from '../row.ts';
import { resolveChange } from './resolve-change.ts';

/**
 * An entity as an import that knows nothing from before compares it: what holds more or else than the row last read, such
 * as an edit or a value that lists do not return, equals no row. Pure.
 */
export function asIfCleared(entity: ProductionDocument): ProductionDocument {
  const { sync } = entity;
  const isClean =
    contentHash(remotePart(entity)) === sync.hash && sync.edited.length === 0 && !isOnlyWishedAway(entity);
  return isClean ? entity : { ...entity, sync: { ...sync, hash: null } };
}

/** Says whether an entity is to be removed by an export that has not begun with it. */
function isOnlyWishedAway({ sync: { deletion } }: ProductionDocument): boolean {
  return deletion !== undefined && deletion.sent_at === null;
}

/**
 * Decides as {@link resolveChange}, and leaves of an entity that is updated only what an import into an empty production
 * would give, where it came from, and its revision. Pure.
 */
export function resolveAsCleared(
  change: ChangeDocument,
  current: ProductionDocument | null,
  now: Date,
): ProductionWrite {
  const write = resolveChange(change, current, now, 'remote_wins');
  const clean = resolveChange(change, null, now, 'remote_wins');
  if (current === null || write.operation !== 'update' || clean.operation !== 'insert') return write;
  const { created_locally, synced_with_api, sync } = current;
  const origin = sync.original_local_id === undefined ? {} : { original_local_id: sync.original_local_id };
  const removal = sync.deletion === undefined || isOnlyWishedAway(current) ? {} : { deletion: sync.deletion };
  const { document } = clean;
  return {
    operation: 'update',
    document: {
      ...document,
      created_locally,
      synced_with_api,
      sync: { ...document.sync, revision: write.document.sync.revision, ...origin, ...removal },
    },
  };
}
