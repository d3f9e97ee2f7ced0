import type { ConflictView } from '@broadstreet-sync/contract';
import { conflictId, type EntityKind, kinds } from '@broadstreet-sync/domain';
import type { EntityInConflict, OpenConflict, ProductionDocument } from '@broadstreet-sync/store';
import { remoteId } from '../runs/task-views.ts';

type EntityConflict = Pick<ConflictView, 'id' | 'run_id' | 'created_at' | 'fields'>;

/** What of an entity waits for a person, as the entity itself shows it. */
export function entityConflictView(
  kind: EntityKind,
  document: ProductionDocument,
  { run_id, at, remote }: OpenConflict,
): EntityConflict {
  const { base } = document.sync;
  const sides = Object.entries(remote).map(([field, theirs]) => {
    return [field, { base: base[field] ?? null, local: document[field] ?? null, remote: theirs ?? null }] as const;
  });
  return {
    id: conflictId(kind.name, document._id),
    run_id,
    created_at: at.toISOString(),
    fields: Object.fromEntries(sides),
  };
}

/** Null where nothing of the entity waits for a person. */
export function conflictView({ kind, document }: EntityInConflict): ConflictView | null {
  const { conflict, revision } = document.sync;
  if (conflict === undefined) return null;
  return {
    ...entityConflictView(kinds[kind], document, conflict),
    kind,
    entity_id: remoteId(kind, document._id),
    name: typeof document.name === 'string' ? document.name : null,
    revision,
  };
}
