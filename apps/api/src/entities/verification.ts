import { type EntityKind, scopeField, scopeId } from '@broadstreet-sync/domain';
import type { ProductionDocument, ScopeDocument, Store } from '@broadstreet-sync/store';

type Scopes = ReadonlyMap<string, ScopeDocument>;

function scopeIdOf(kind: EntityKind, entity: ProductionDocument): string {
  const field = scopeField(kind);
  return scopeId(kind.name, field === null ? 'account' : String(entity[field]));
}

/** Reads when the lists that show these entities were last read, with one question for all. */
export function readVerification(
  store: Pick<Store, 'scopes'>,
  kind: EntityKind,
  entities: readonly ProductionDocument[],
): Promise<Scopes> {
  return store.scopes.many([...new Set(entities.map((entity) => scopeIdOf(kind, entity)))]);
}

/**
 * When the account last showed an entity as it is here: when its list was last read, or later, when another answer was
 * written. Pure.
 */
export function verifiedAt(kind: EntityKind, entity: ProductionDocument, scopes: Scopes): Date {
  const { synced_at: written, sync } = entity;
  const scope = scopes.get(scopeIdOf(kind, entity));
  const read = scope?.verified_at ?? null;
  if (read === null) return written;
  // What this very read has changed was written when all of its run was published.
  return read > written || scope?.run_id === sync.run_id ? read : written;
}
