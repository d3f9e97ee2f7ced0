import { type ConflictPolicy, kinds } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';
import { compareEdit } from '../merge/compare-edit.ts';

const none: ProductionWrite = { operation: 'none' };

/**
 * Decides what a staged change does to production as it is now. What was written after the list was asked for is neither
 * overwritten nor removed: the list cannot know of it, and whether the comparison already saw it does not matter. What
 * this very run has written is done. Fields edited here keep their value until they are sent, unless they changed there
 * too and the policy prefers that. What an export is sending or removing is left for it to end. Pure.
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
  return { operation: 'update', document: updated(change, current, now, policy) };
}

/** Its request has left, and what returns to local with it is known to the export alone. */
function isBeingRemoved({ sync }: ProductionDocument): boolean {
  return sync.deletion !== undefined && sync.deletion.sent_at !== null;
}

/** It has left with an update: what became of that, and of what was edited since, the export finds out. */
function isBeingSent({ sync }: ProductionDocument, field: string): boolean {
  return sync.sent?.[field] !== undefined;
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
): ProductionDocument {
  const row = change.after ?? {};
  const edited = current.sync.edited.filter((field) => {
    if (isBeingSent(current, field)) return true;
    const standing = compareEdit(kinds[change.kind], field, current, row);
    return standing === 'here' || (standing === 'both' && policy !== 'remote_wins');
  });
  const taken = Object.fromEntries(Object.entries(row).filter(([field]) => !edited.includes(field)));
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
      edited,
      base: baseOf(change, current, edited, policy),
      dangling: change.dangling,
    },
  };
}

/** What the remote says of fields that stay edited; of one whose conflict is open, what it said before that. */
function baseOf(
  { kind, after }: ChangeDocument,
  current: ProductionDocument,
  edited: readonly string[],
  policy: ConflictPolicy,
): Record<string, unknown> {
  const row = after ?? {};
  const known = edited.flatMap((field) => {
    const isOpen = policy === 'manual' && compareEdit(kinds[kind], field, current, row) === 'both';
    const source = field in row && !isOpen && !isBeingSent(current, field) ? row : current.sync.base;
    return field in source ? [[field, source[field]] as const] : [];
  });
  return Object.fromEntries(known);
}
