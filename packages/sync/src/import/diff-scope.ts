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

export interface Difference {
  readonly changes: StagedChange[];
  readonly counts: KindChanges;
}

/**
 * Compares rows of a list with what production holds of them. What was written after the list was asked for is left alone:
 * the list may not know of it. Pure.
 *
 * @param rows as read, with the ids of their ancestors
 * @param known what production holds, by key
 * @param requestedAt before the list was asked for
 */
export function diffRows(
  kind: EntityKind,
  rows: readonly EntityFields[],
  known: ReadonlyMap<string, ComparedEntity>,
  requestedAt: Date,
): Difference {
  const changes: StagedChange[] = [];
  for (const row of rows) {
    const key = entityKey(kind, row);
    const hash = contentHash(row);
    const entity = known.get(key);
    if (entity !== undefined && (entity.sync.hash === hash || entity.sync.written_at > requestedAt)) continue;
    changes.push({ ...stagedRow(key, row, hash, entity ?? null, requestedAt), dangling: isDangling(kind, row) });
  }
  return withCounts(changes, rows.length - changes.length);
}

/** What becomes of entities that a complete list does not show. Pure. */
export function diffMissing(missing: readonly ComparedEntity[], requestedAt: Date): Difference {
  const gone = missing.filter(({ sync }) => sync.written_at <= requestedAt);
  return withCounts(
    gone.map((entity) => stagedRemoval(entity, requestedAt)),
    missing.length - gone.length,
  );
}

function withCounts(changes: StagedChange[], unchanged: number): Difference {
  const count = (operation: StagedChange['operation']) => changes.filter((c) => c.operation === operation).length;
  const counts = { inserted: count('insert'), updated: count('update'), removed: count('remove') };
  return { changes, counts: { ...noChanges, ...counts, unchanged } };
}

/** A row whose ancestors could not be found. */
export function isDangling(kind: EntityKind, row: EntityFields): boolean {
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
