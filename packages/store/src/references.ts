import { type EntityKind, type KindName, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ProductionDocument } from './documents.ts';

/** So many parents are remembered to be there; past it they are asked for again. */
const mostKnown = 100_000;
const batchSize = 1000;

/** Kinds whose entities refer to others that must be there. */
const referring: readonly EntityKind[] = kindNames
  .map((name) => kinds[name])
  .filter((kind) => referencesOf(kind).length > 0);
const referredTo: ReadonlySet<KindName> = new Set(referring.flatMap(referencesOf));

function referencesOf(kind: EntityKind): readonly KindName[] {
  return kind.references ?? [];
}

/**
 * Keeps the mark of entities that refer to what does not exist, within the transaction of a publication: nothing is
 * published that refers to nothing and does not say so.
 */
export function createReferences({ production }: Collections, session: mongo.ClientSession) {
  const known = new Map<KindName, Set<string>>();

  function remember(kind: KindName, keys: readonly string[]): void {
    const before = known.get(kind);
    const present = before === undefined || before.size > mostKnown ? new Set<string>() : before;
    for (const key of keys) present.add(key);
    known.set(kind, present);
  }

  /** Those of these parents that are there. */
  async function find(kind: KindName, keys: Set<string>): Promise<ReadonlySet<string>> {
    const present = known.get(kind);
    const unknown = [...keys].filter((key) => present?.has(key) !== true);
    if (unknown.length === 0) return keys;
    const found = production[kind].find({ _id: { $in: unknown } }, { session }).project<{ _id: string }>({ _id: 1 });
    const ids = (await found.toArray()).map(({ _id }) => _id);
    remember(kind, ids);
    const there = new Set(ids);
    return new Set([...keys].filter((key) => present?.has(key) === true || there.has(key)));
  }

  /** Those of these entities of which a parent is not there. */
  async function dangling<E extends Record<string, unknown>>(
    kind: EntityKind,
    entities: readonly E[],
  ): Promise<Set<E>> {
    const lost = new Set<E>();
    for (const name of referencesOf(kind)) {
      const field = parentField(name);
      const present = await find(name, new Set(entities.map((entity) => String(entity[field]))));
      for (const entity of entities) if (!present.has(String(entity[field]))) lost.add(entity);
    }
    return lost;
  }

  return {
    /** Marks those of the entities to be written of which a parent is not there. */
    async mark(name: KindName, documents: readonly ProductionDocument[]): Promise<void> {
      if (referredTo.has(name))
        remember(
          name,
          documents.map(({ _id }) => _id),
        );
      for (const document of await dangling(kinds[name], documents)) document.sync.dangling = true;
    },

    /** Marks what refers to entities that have been removed. */
    async removed(name: KindName, keys: readonly string[]): Promise<void> {
      if (keys.length === 0 || !referredTo.has(name)) return;
      const present = known.get(name);
      for (const key of keys) present?.delete(key);
      for (const kind of referring.filter((candidate) => referencesOf(candidate).includes(name))) {
        const filter = { [parentField(name)]: { $in: keys.map(Number) }, 'sync.dangling': false };
        await production[kind.name].updateMany(filter, { $set: { 'sync.dangling': true } }, { session });
      }
    },

    /** Takes the mark from what it is not true of any more. */
    async unmark(): Promise<void> {
      for (const kind of referring) {
        const fields = Object.fromEntries(referencesOf(kind).map((name) => [parentField(name), 1]));
        const marked = await production[kind.name]
          .find({ 'sync.dangling': true }, { session })
          .project<ProductionDocument>(fields)
          .toArray();
        for (let at = 0; at < marked.length; at += batchSize) {
          const batch = marked.slice(at, at + batchSize);
          const lost = await dangling(kind, batch);
          const resolved = batch.filter((entity) => !lost.has(entity)).map(({ _id }) => _id);
          const filter = { _id: { $in: resolved } };
          if (resolved.length > 0) {
            await production[kind.name].updateMany(filter, { $set: { 'sync.dangling': false } }, { session });
          }
        }
      }
    },
  };
}
