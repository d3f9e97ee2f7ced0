import type { EntityFields } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, SyncPart } from '@broadstreet-sync/store';

export const runId = 'run';
/** When the list was asked for, and instants before and after it. */
export const requestedAt = new Date('2026-11-23T10:00:00Z');
export const earlier = new Date('2026-11-23T09:00:00Z');
export const later = new Date('2026-11-23T11:00:00Z');

function syncPart(part: Partial<SyncPart> = {}): SyncPart {
  return {
    hash: 'old',
    revision: 3,
    written_at: earlier,
    run_id: 'an earlier run',
    edited: [],
    base: {},
    dangling: false,
    ...part,
  };
}

export function productionZone(
  id: number,
  part: Partial<SyncPart> = {},
  fields: EntityFields = {},
): ProductionDocument {
  return {
    id,
    name: 'Top',
    network_id: 1,
    ...fields,
    _id: String(id),
    created_locally: false,
    synced_with_api: false,
    synced_at: earlier,
    sync: syncPart(part),
  };
}

export function stagedChange(change: Partial<ChangeDocument> = {}): ChangeDocument {
  return {
    _id: 'task:1:7',
    run_id: runId,
    task_id: 'task',
    fence: 1,
    kind: 'zones',
    key: '7',
    operation: 'update',
    expects: 3,
    requested_at: requestedAt,
    before: null,
    after: { id: 7, name: 'New', network_id: 1 },
    hash: 'new',
    dangling: false,
    ...change,
  };
}
