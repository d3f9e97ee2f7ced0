import type { ChangeDocument, ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';

const none: ProductionWrite = { operation: 'none' };

/**
 * Decides what a staged change does to production as it is now. What was written after the list was asked for is neither
 * overwritten nor removed: the list cannot know of it, and whether the comparison already saw it does not matter. What
 * this very run has written is done. Fields edited here keep their value until they are sent. Pure.
 */
export function resolveChange(change: ChangeDocument, current: ProductionDocument | null, now: Date): ProductionWrite {
  if (current !== null && isNewer(current, change)) return none;
  if (change.operation === 'remove') return current === null ? none : { operation: 'remove' };
  if (current === null) return { operation: 'insert', document: inserted(change, now) };
  return { operation: 'update', document: updated(change, current, now) };
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

function updated(change: ChangeDocument, current: ProductionDocument, now: Date): ProductionDocument {
  const after = Object.entries(change.after ?? {});
  const edited = new Set(current.sync.edited);
  const taken = Object.fromEntries(after.filter(([field]) => !edited.has(field)));
  const base = Object.fromEntries(after.filter(([field]) => edited.has(field)));
  return {
    ...current,
    ...taken,
    synced_at: now,
    sync: {
      ...current.sync,
      hash: change.hash,
      revision: current.sync.revision + 1,
      written_at: now,
      run_id: change.run_id,
      base: { ...current.sync.base, ...base },
      dangling: change.dangling,
    },
  };
}
