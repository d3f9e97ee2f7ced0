import type { IdMapEntry, LocalEntity, ProductionEntity, RemoteRef } from '@broadstreet-sync/contract';
import {
  checkLocal,
  type EntityKind,
  type KindName,
  localIdPattern,
  type NamedEntity,
  unverifiableFields,
} from '@broadstreet-sync/domain';
import {
  type Deletion,
  type EntityRef,
  type IdMapDocument,
  type LocalDocument,
  type LocalError,
  localFields,
  type ProductionDocument,
} from '@broadstreet-sync/store';
import { remoteId } from '../runs/task-views.ts';
import { entityConflictView } from './conflict-view.ts';

/** A time that we, or another tool in its own way, have stored. */
function timeOf(value: unknown): string | null {
  const time = value instanceof Date || typeof value === 'string' ? new Date(value) : null;
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** When an `_id` was made: an ObjectId begins with the seconds. */
function madeAt(id: string): string {
  const seconds = localIdPattern.test(id) ? Number.parseInt(id.slice(0, 8), 16) : 0;
  return new Date(seconds * 1000).toISOString();
}

function errorViews(errors: readonly LocalError[], otherwise: string): LocalEntity['sync_errors'] {
  return errors.map((error) => ({ ...error, at: timeOf(error.at) ?? otherwise }));
}

/** A local entity as it is answered; what another tool left out has its default. */
export function localView(kind: EntityKind, document: LocalDocument): LocalEntity {
  const fields = localFields(document);
  const _id = String(document._id);
  const createdAt = timeOf(document.created_at) ?? madeAt(_id);
  return {
    ...fields,
    _id,
    created_locally: true,
    synced_with_api: false,
    sync_errors: errorViews(document.sync_errors ?? [], createdAt),
    last_sync_attempt: timeOf(document.last_sync_attempt),
    created_at: createdAt,
    updated_at: timeOf(document.updated_at) ?? createdAt,
    problems: checkLocal(kind, fields).problems,
  };
}

/**
 * A production entity as it is answered.
 *
 * @param verifiedAt when the account last showed it so, where that was asked for
 */
export function productionView(
  kind: EntityKind,
  document: ProductionDocument,
  verifiedAt: Date | null = null,
): ProductionEntity {
  const { _id, created_locally, synced_with_api, synced_at, sync, ...fields } = document;
  const { revision, edited, base, dangling, run_id, written_at, original_local_id, errors, deletion, conflict } = sync;
  const unverifiable = unverifiableFields(kind).filter((field) => field in fields);
  return {
    ...fields,
    created_locally,
    synced_with_api,
    synced_at: synced_at.toISOString(),
    sync: {
      revision,
      edited,
      ...(edited.length === 0 ? {} : { base }),
      ...(conflict === undefined ? {} : { conflict: entityConflictView(kind, document, conflict) }),
      ...(unverifiable.length === 0 ? {} : { unverifiable }),
      dangling,
      run_id,
      written_at: written_at.toISOString(),
      ...(verifiedAt === null ? {} : { verified_at: verifiedAt.toISOString() }),
      ...(original_local_id === undefined ? {} : { original_local_id }),
      ...(errors === undefined ? {} : { errors: errorViews(errors, synced_at.toISOString()) }),
      ...(deletion === undefined ? {} : { deletion: deletionView(deletion) }),
    },
  };
}

function deletionView({ requested_at, requested_by, part_of, with: along, sent_at }: Deletion) {
  return {
    requested_at: requested_at.toISOString(),
    requested_by,
    part_of: part_of === null ? null : refView(part_of),
    with: along === null ? null : refView(along),
    sent: sent_at !== null,
  };
}

function refView({ kind, key }: EntityRef): { kind: KindName; id: number | string } {
  return { kind, id: remoteId(kind, key) };
}

/** What names a production entity. */
export function remoteRefView({ kind, key, name }: NamedEntity): RemoteRef {
  return { ...refView({ kind, key }), name };
}

export function idMapView(entry: IdMapDocument): IdMapEntry {
  const { kind, local_id, run_id, linked = false } = entry;
  const created_at = entry.created_at.toISOString();
  return { kind, local_id, remote_id: remoteId(kind, entry.remote_id), run_id, linked, created_at };
}
