import { type EntityKind, parentField, type References } from '@broadstreet-sync/domain';

/** The text that stands for a kind within one parent: there a name is unique. */
export function nameScope(kind: EntityKind, parents: References): string {
  return `${kind.name}:${lineageKey(kind, parents)}`;
}

/** Id of the lineage parent, as text, or local `_id` of one that is yet to be created; `account` for the root. */
export function lineageKey(kind: EntityKind, parents: References): string {
  return kind.lineage === undefined ? 'account' : String(parents[parentField(kind.lineage)]);
}

/** What two creates must never have in common while the outcome of one is open. */
export function nameKey(scope: string, normal: string): string {
  return `${scope}:${normal}`;
}

/** The owner of names that an edit of an entity of production gives. */
export function editOwner(kind: EntityKind, key: string): string {
  return `${kind.name}/${key}`;
}

/** The key of the entity whose edit owns a name; null where a local entity does. */
export function editedKey(kind: EntityKind, owner: string): string | null {
  const prefix = editOwner(kind, '');
  return owner.startsWith(prefix) ? owner.slice(prefix.length) : null;
}
