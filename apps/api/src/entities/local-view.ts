import type { IdMapEntry, LocalEntity, ProductionEntity } from '@broadstreet-sync/contract';
import { checkLocal, type EntityKind, localIdPattern } from '@broadstreet-sync/domain';
import { type IdMapDocument, type LocalDocument, localFields, type ProductionDocument } from '@broadstreet-sync/store';
import { remoteId } from '../runs/task-views.ts';

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
    sync_errors: (document.sync_errors ?? []).map((error) => ({ ...error, at: timeOf(error.at) ?? createdAt })),
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
export function productionView(document: ProductionDocument, verifiedAt: Date | null = null): ProductionEntity {
  const { _id, created_locally, synced_with_api, synced_at, sync, ...fields } = document;
  const { revision, edited, dangling, run_id, written_at, original_local_id } = sync;
  return {
    ...fields,
    created_locally,
    synced_with_api,
    synced_at: synced_at.toISOString(),
    sync: {
      revision,
      edited,
      dangling,
      run_id,
      written_at: written_at.toISOString(),
      ...(verifiedAt === null ? {} : { verified_at: verifiedAt.toISOString() }),
      ...(original_local_id === undefined ? {} : { original_local_id }),
    },
  };
}

export function idMapView({ kind, local_id, remote_id, run_id, created_at }: IdMapDocument): IdMapEntry {
  return { kind, local_id, remote_id: remoteId(kind, remote_id), run_id, created_at: created_at.toISOString() };
}
