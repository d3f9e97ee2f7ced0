import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  entityKey,
  type KindChanges,
  noChanges,
} from '@broadstreet-sync/domain';
import type { ComparedEntity, StagedChange } from '@broadstreet-sync/store';
import { contentHash } from '../row.ts';

export interface ScopeDifference {
  readonly changes: StagedChange[];
  readonly counts: KindChanges;
}

/**
 * Compares a complete list with what production holds of its scope. What was written after the list was asked for is left
 * alone: the list may not know of it. Pure.
 *
 * @param rows as read, with the ids of their ancestors
 * @param requestedAt before the list was asked for
 */
export function diffScope(
  kind: EntityKind,
  rows: readonly EntityFields[],
  current: readonly ComparedEntity[],
  requestedAt: Date,
): ScopeDifference {
  const known = new Map(current.map((entity) => [entity._id, entity]));
  const changes: StagedChange[] = [];
  let unchanged = 0;
  for (const row of rows) {
    const key = entityKey(kind, row);
    const hash = contentHash(row);
    const entity = known.get(key);
    known.delete(key);
    if (entity !== undefined && (entity.sync.hash === hash || entity.sync.written_at > requestedAt)) unchanged += 1;
    else changes.push({ ...stagedRow(key, row, hash, entity ?? null, requestedAt), dangling: isDangling(kind, row) });
  }
  for (const gone of known.values()) {
    if (gone.sync.written_at > requestedAt) unchanged += 1;
    else changes.push(stagedRemoval(gone, requestedAt));
  }
  const count = (operation: StagedChange['operation']) => changes.filter((c) => c.operation === operation).length;
  return {
    changes,
    counts: { ...noChanges, inserted: count('insert'), updated: count('update'), removed: count('remove'), unchanged },
  };
}

/** A row whose ancestors could not be found. */
function isDangling(kind: EntityKind, row: EntityFields): boolean {
  return ancestorFields(kind).some((field) => typeof row[field] !== 'number');
}

function stagedRow(
  key: string,
  row: EntityFields,
  hash: string,
  entity: ComparedEntity | null,
  requestedAt: Date,
): StagedChange {
  return {
    key,
    operation: entity === null ? 'insert' : 'update',
    expects: entity?.sync.revision ?? null,
    requested_at: requestedAt,
    before: null,
    after: row,
    hash,
    dangling: false,
  };
}

/** The removal of an entity that its scope no longer shows, or whose parent is removed. */
export function stagedRemoval(entity: ComparedEntity, requestedAt: Date): StagedChange {
  return {
    key: entity._id,
    operation: 'remove',
    expects: entity.sync.revision,
    requested_at: requestedAt,
    before: null,
    after: null,
    hash: null,
    dangling: false,
  };
}
