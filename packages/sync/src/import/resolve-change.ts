import { type ConflictPolicy, kinds } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';
import { mergeEdits, openConflict, openFields } from '../merge/merge-edits.ts';

const none: ProductionWrite = { operation: 'none' };

/**
 * Decides what a staged change does to production as it is now. What was written after the list was asked for is neither
 * overwritten nor removed: the list cannot know of it, and whether the comparison already saw it does not matter. What
 * this very run has written is done. Fields edited here keep their value until they are sent, unless they changed there
 * too and the policy prefers that; what a person is to decide stays open. What an export is removing is left for it to
 * end. Pure.
 */
export function resolveChange(
  change: ChangeDocument,
  current: ProductionDocument | null,
  now: Date,
  policy: ConflictPolicy,
): ProductionWrite {
  if (current !== null && isNewer(current, change)) return none;
  if (change.operation === 'remove') {
    return current === null || isBeingRemoved(current) ? none : { operation: 'remove' };
  }
  if (current === null) return { operation: 'insert', document: inserted(change, now) };
  return updated(change, current, now, policy);
}

/** Its request has left, and what returns to local with it is known to the export alone. */
function isBeingRemoved({ sync }: ProductionDocument): boolean {
  return sync.deletion !== undefined && sync.deletion.sent_at !== null;
}

function isNewer({ sync }: ProductionDocument, change: ChangeDocument): boolean {
  return sync.run_id === change.run_id || sync.written_at > change.requested_at;
}

function inserted(change: ChangeDocument, now: Date): ProductionDocument {
  return {
    ...change.after,
    _id: change.key,
    created_locally: false,
    synced_with_api: false,
    synced_at: now,
    sync: {
      hash: change.hash,
      revision: 1,
      written_at: now,
      run_id: change.run_id,
      edited: [],
      base: {},
      dangling: change.dangling,
    },
  };
}

function updated(
  change: ChangeDocument,
  current: ProductionDocument,
  now: Date,
  policy: ConflictPolicy,
): ProductionWrite {
  const row = change.after ?? {};
  const { edited, base, conflicts } = mergeEdits(kinds[change.kind], current, row, policy);
  const taken = Object.fromEntries(Object.entries(row).filter(([field]) => !edited.includes(field)));
  const { conflict, ...sync } = current.sync;
  const document: ProductionDocument = {
    ...current,
    ...taken,
    synced_at: now,
    sync: {
      ...sync,
      hash: change.hash,
      revision: current.sync.revision + 1,
      written_at: now,
      run_id: change.run_id,
      edited: [...edited],
      base,
      ...openConflict(conflict, openFields(conflicts), { run_id: change.run_id, at: now }),
      dangling: change.dangling,
    },
  };
  return { operation: 'update', document, conflicts };
}
