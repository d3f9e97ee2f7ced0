import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  type KindName,
  lineageOf,
  parentField,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** What a run keeps back of the entities of a kind. */
export interface HeldEntities {
  /** Rows that only held lists show, by key: they are not in production yet. */
  readonly added: ReadonlyMap<string, EntityFields>;
  /** Says whether a held list has lost the entity, or what it hangs on: nothing is known of what hangs on it. */
  isMissing(entity: EntityFields & { readonly _id: string }): boolean;
}

const nothing: HeldEntities = { added: new Map(), isMissing: () => false };

/**
 * What the lists that are held say of a kind's entities.
 *
 * @param filter what the fields of rows must be
 */
export async function heldEntities(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  filter: Readonly<Record<string, number>> = {},
): Promise<HeldEntities> {
  if ((run.held ?? 0) === 0) return nothing;
  const { changes, holds } = context.store;
  const line = [kind.name, ...lineageOf(kind)];
  const lost = new Map<KindName, Set<string>>();
  for (const name of line) lost.set(name, new Set(await changes.keys(run._id, name, 'remove', 'held')));
  for (const { lost_parent: parent } of await holds.of(run._id)) {
    if (parent !== null) lost.get(parent.kind)?.add(parent.key);
  }
  const shown = await changes.inserted(run._id, kind.name, ['id', 'name', ...ancestorFields(kind)], filter, 'held');
  const added = new Map<string, EntityFields>();
  for (const { key, after } of shown) if (after !== null) added.set(key, after);
  const keyOf = (name: KindName, entity: EntityFields): string =>
    String(entity[name === kind.name ? '_id' : parentField(name)]);
  return { added, isMissing: (entity) => line.some((name) => lost.get(name)?.has(keyOf(name, entity)) === true) };
}
