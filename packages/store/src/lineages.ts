import {
  ancestorFields,
  type EntityKind,
  type EntityReference,
  isLocalReference,
  type KindName,
  kinds,
  parentField,
  type References,
} from '@broadstreet-sync/domain';
import { Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { LocalDocument } from './documents.ts';

/** What local entities hang on, by remote id where it exists remotely, else by local `_id`. */
export function createLineages({ local, idMap, production }: Collections) {
  /** References in the form that they have by now: of what has been exported since, the remote id. */
  async function resolve(kind: KindName, references: readonly unknown[]): Promise<Map<string, number>> {
    const ids = [...new Set(references.filter(isLocalReference))];
    if (ids.length === 0) return new Map();
    const found = await idMap.find({ _id: { $in: ids.map((id) => `${kind}:${id}`) } }).toArray();
    return new Map(found.map(({ local_id, remote_id }) => [local_id, Number(remote_id)]));
  }

  async function parentsOf(kind: EntityKind, entities: readonly LocalDocument[]): Promise<References[]> {
    const found: Record<string, EntityReference>[] = entities.map(() => ({}));
    for (const name of kind.parents) {
      const field = parentField(name);
      const mapped = await resolve(
        name,
        entities.map((entity) => entity[field]),
      );
      for (const [at, entity] of entities.entries()) {
        const reference = entity[field];
        if (typeof reference !== 'number' && typeof reference !== 'string') continue;
        found[at] = { ...found[at], [field]: mapped.get(String(reference)) ?? reference };
      }
    }
    return found;
  }

  /** What entities of a kind hang on, by their references. */
  async function above(
    name: KindName,
    references: readonly EntityReference[],
  ): Promise<Map<EntityReference, References>> {
    const fields = ancestorFields(kinds[name]);
    const keys = references.filter((reference) => typeof reference === 'number').map(String);
    const ids = references.filter(isLocalReference);
    const remote = await production[name].find({ _id: { $in: keys } }).toArray();
    const drafts = await local[name].find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } }).toArray();
    const ofDrafts = await ancestorsOf(kinds[name], drafts);
    return new Map<EntityReference, References>([
      ...remote.map((entity) => [Number(entity._id), pickNumbers(entity, fields)] as const),
      ...drafts.map((draft, at) => [draft._id.toHexString(), ofDrafts[at] ?? {}] as const),
    ]);
  }

  /** All that local entities of a kind hang on, in their order: parents, and what their lineage leads up to. */
  async function ancestorsOf(kind: EntityKind, entities: readonly LocalDocument[]): Promise<References[]> {
    const parents = await parentsOf(kind, entities);
    if (kind.lineage === undefined || entities.length === 0) return parents;
    const field = parentField(kind.lineage);
    const references = parents.flatMap((own) => own[field] ?? []);
    const inherited = await above(kind.lineage, [...new Set(references)]);
    return parents.map((own) => ({ ...own, ...inherited.get(own[field] ?? '') }));
  }

  return { resolve, parentsOf, ancestorsOf };
}

function pickNumbers(entity: Readonly<Record<string, unknown>>, fields: readonly string[]): References {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const id = entity[field];
      return typeof id === 'number' ? [[field, id] as const] : [];
    }),
  );
}

export type Lineages = ReturnType<typeof createLineages>;
