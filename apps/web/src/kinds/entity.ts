import type { LocalEntity } from '@broadstreet-sync/contract';
import {
  ancestorFields,
  type EntityKind,
  type EntityReference,
  entityKey,
  isLocalReference,
  kindOfField,
  kinds,
  oneOf,
  parentField,
} from '@broadstreet-sync/domain';
import type { Entity, Reference } from '../queries/entities.ts';
import { referenceText } from '../queries/entities.ts';

export type Origin = 'local' | 'synced' | 'api';

export function isLocal(entity: Entity): entity is LocalEntity {
  return !('sync' in entity);
}

/** Where an entity comes from, and where it is. */
export function originOf(entity: Entity): Origin {
  if (isLocal(entity)) return 'local';
  return entity.created_locally ? 'synced' : 'api';
}

/** What names an entity in an address. */
export function keyOf(kind: EntityKind, entity: Entity): string {
  return isLocal(entity) ? entity._id : entityKey(kind, entity);
}

function asReference(value: unknown): EntityReference | null {
  return typeof value === 'number' || isLocalReference(value) ? value : null;
}

/** What an entity refers to in a field; null where that holds no reference. */
export function referenceIn(
  kind: EntityKind,
  entity: Readonly<Record<string, unknown>>,
  field: string,
): Reference | null {
  const referred = kindOfField(kind, field);
  const id = asReference(entity[field]);
  return referred === null || id === null ? null : { kind: referred, id };
}

/** All that an entity refers to, by field. */
export function referencesOf(kind: EntityKind, entity: Readonly<Record<string, unknown>>): Reference[] {
  const fields = [...new Set([...kind.parents.map(parentField), ...ancestorFields(kind)])];
  return fields.flatMap((field) => referenceIn(kind, entity, field) ?? []);
}

/** Fields whose values together name an entity that has no name of its own. */
function namingFields(kind: EntityKind): string[] {
  return 'name' in kind.fields.shape ? [] : kind.parents.map(parentField);
}

type Names = ReadonlyMap<string, string | null>;

/** What a person calls an entity. */
export function nameOf(kind: EntityKind, entity: Readonly<Record<string, unknown>>, names: Names): string {
  const own = entity.name;
  if (typeof own === 'string' && own.trim() !== '') return own;
  const parts = namingFields(kind).map((field) => {
    const reference = referenceIn(kind, entity, field);
    return reference === null ? '–' : nameOfReference(reference, names);
  });
  return parts.length === 0 ? `(${kind.singular} without a name)` : parts.join(' × ');
}

/** What a person calls what is referred to; its id as long as no name is known, or where it has none. */
export function nameOfReference(reference: Reference, names: Names): string {
  const name = names.get(referenceText(reference));
  if (name !== undefined && name !== null && name.trim() !== '') return name;
  if (typeof reference.id === 'number') return `#${reference.id}`;
  if (name === undefined) return '…';
  const kind = kinds[reference.kind];
  return name === null ? `(${oneOf(kind)} that was deleted)` : `(${kind.singular} without a name)`;
}
