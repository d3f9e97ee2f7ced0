import { type EntityKind, entityKey, type KindName, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { EntityRef, ProductionDocument } from './documents.ts';
import type { Child, Locals } from './locals.ts';

/** A production entity that hangs on another. */
export interface Dependant extends EntityRef {
  readonly name: string | null;
  readonly document: ProductionDocument;
}

/** All that hangs on an entity, directly or not. */
export interface Dependants {
  /** Nearest first. */
  readonly production: readonly Dependant[];
  readonly drafts: readonly Child[];
}

/** What stands for one entity in maps. */
export function refKey({ kind, key }: EntityRef): string {
  return `${kind}:${key}`;
}

function toDependant(kind: EntityKind, document: ProductionDocument): Dependant {
  const name = typeof document.name === 'string' ? document.name : null;
  return { kind: kind.name, key: entityKey(kind, document), name, document };
}

/** Finds what hangs on entities of production. */
export function createDependants(collections: Collections, locals: Pick<Locals, 'descendants'>) {
  const { production, local, idMap } = collections;

  async function childrenOf(kind: KindName, keys: readonly string[]): Promise<Dependant[]> {
    const found: Dependant[] = [];
    const ids = keys.map(Number).filter(Number.isSafeInteger);
    if (ids.length === 0) return found;
    for (const name of kindNames.filter((candidate) => kinds[candidate].parents.includes(kind))) {
      const documents = production[name].find({ [parentField(kind)]: { $in: ids } }).sort({ _id: 1 });
      for await (const document of documents) found.push(toDependant(kinds[name], document));
    }
    return found;
  }

  /** Drafts that name one of these as a parent, by its remote id or by the `_id` that it once had here. */
  async function draftsOf(refs: readonly EntityRef[]): Promise<Child[]> {
    const found = new Map<string, Child>();
    for (const [kind, group] of Map.groupBy(refs, (ref) => ref.kind)) {
      const keys = group.map(({ key }) => key);
      const entries = await idMap.find({ kind, remote_id: { $in: keys } }).toArray();
      const names = [...keys.map(Number), ...entries.map(({ local_id }) => local_id)];
      for (const name of kindNames.filter((candidate) => kinds[candidate].parents.includes(kind))) {
        const drafts = local[name].find({ [parentField(kind)]: { $in: names } }).sort({ _id: 1 });
        for await (const { _id, name: title = null } of drafts) {
          const child = { kind: name, _id: String(_id), name: title };
          found.set(child._id, child);
          for (const below of await locals.descendants(name, child._id)) found.set(below._id, below);
        }
      }
    }
    return [...found.values()];
  }

  const parts = {
    /** What hangs on an entity of production itself, in production. */
    children: (ref: EntityRef): Promise<Dependant[]> => childrenOf(ref.kind, [ref.key]),

    draftsOf,

    /** The same of several of a kind, by their keys. */
    async childrenOfMany(kind: KindName, keys: readonly string[]): Promise<Map<string, Dependant[]>> {
      const found = await childrenOf(kind, keys);
      return Map.groupBy(found, ({ document }) => String(document[parentField(kind)]));
    },

    /** What hangs on any of these in production, directly or not; each once. */
    async below(refs: readonly EntityRef[]): Promise<Dependant[]> {
      const found = new Map<string, Dependant>();
      let open: readonly EntityRef[] = refs;
      while (open.length > 0) {
        const fresh: Dependant[] = [];
        for (const [kind, group] of Map.groupBy(open, (ref) => ref.kind)) {
          const children = await childrenOf(
            kind,
            group.map(({ key }) => key),
          );
          fresh.push(...children.filter((child) => !found.has(refKey(child))));
        }
        for (const child of fresh) found.set(refKey(child), child);
        open = fresh;
      }
      return [...found.values()];
    },

    /** All that hangs on an entity, here and there. */
    async of(ref: EntityRef): Promise<Dependants> {
      const below = await parts.below([ref]);
      return { production: below, drafts: await draftsOf([ref, ...below]) };
    },
  };
  return parts;
}

export type DependantStore = ReturnType<typeof createDependants>;
