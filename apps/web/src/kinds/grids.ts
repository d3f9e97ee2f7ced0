import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  type EntityReference,
  type KindName,
  kindNames,
  kinds,
  parentField,
} from '@broadstreet-sync/domain';

/** Kinds that are nothing but a combination of their parents, one of which is `kind`: made in a grid over the others. */
export function gridKindsOf(kind: EntityKind): EntityKind[] {
  return kindNames
    .map((name) => kinds[name])
    .filter(({ identity, lineage }) => lineage === kind.name && !identity.includes('id'));
}

/** The parents over which a grid goes, beside the one that is given. */
export function axesOf(kind: EntityKind, given: KindName): KindName[] {
  return kind.parents.filter((name) => name !== given);
}

/** What the choice along an axis is limited to: what the given entity hangs on, where that kind hangs on it too. */
export function axisFilter(axis: EntityKind, given: EntityFields): Record<string, string> {
  return Object.fromEntries(
    ancestorFields(axis).flatMap((field) => {
      const value = given[field];
      return typeof value === 'number' || typeof value === 'string' ? [[field, String(value)] as const] : [];
    }),
  );
}

export type Choices = Readonly<Partial<Record<KindName, readonly EntityReference[]>>>;

/** Every combination of what was chosen along the axes, by field. Pure. */
export function combinationsOf(axes: readonly KindName[], chosen: Choices): Record<string, EntityReference>[] {
  return axes.reduce<Record<string, EntityReference>[]>(
    (made, axis) => made.flatMap((each) => (chosen[axis] ?? []).map((id) => ({ ...each, [parentField(axis)]: id }))),
    [{}],
  );
}

/** Those combinations that no entity has yet. Pure. */
export function missingOf(
  axes: readonly KindName[],
  combinations: readonly Readonly<Record<string, EntityReference>>[],
  existing: readonly EntityFields[],
): Record<string, EntityReference>[] {
  const fields = axes.map(parentField);
  const keyOf = (entity: EntityFields) => fields.map((field) => String(entity[field])).join(' ');
  const known = new Set(existing.map(keyOf));
  return combinations.filter((each) => !known.has(keyOf(each))).map((each) => ({ ...each }));
}
