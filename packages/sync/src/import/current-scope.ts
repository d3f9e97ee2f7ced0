import { createIdSet, type EntityKind, parseEntityKey } from '@broadstreet-sync/domain';
import type { ProductionDocument, Store } from '@broadstreet-sync/store';

/** What production holds of a scope, while the list of it is read. */
export interface CurrentScope {
  /** Those of the keys that it holds. Each key is asked for once, and is listed from then on. */
  take(keys: readonly string[]): Promise<ReadonlyMap<string, ProductionDocument>>;
  /** All that was not listed, in batches. */
  missing(): AsyncIterable<readonly ProductionDocument[]>;
}

/** A scope is held at once up to this many entities; past it, it is asked for as it is needed. */
const mostHeld = 2000;
const batchSize = 500;

/**
 * Opens what production holds of a scope. What is kept of one of any size is a number for each identity.
 *
 * @param fields of its entities that are wanted; null: all
 */
export async function openCurrentScope(
  { production }: Store,
  kind: EntityKind,
  scope: Readonly<Record<string, number>>,
  fields: readonly string[] | null,
): Promise<CurrentScope> {
  const held = new Map<string, ProductionDocument>();
  for await (const entity of production.each(kind.name, scope, fields, mostHeld + 1)) {
    held.set(entity._id, entity);
    if (held.size > mostHeld) return askedScope(production, kind, scope, fields);
  }
  return heldScope(held);
}

/** Opens what production holds of the rows of a list whose silence says nothing. */
export function listedEntities(
  { production }: Store,
  kind: EntityKind,
  fields: readonly string[] | null,
): CurrentScope {
  return {
    async take(keys) {
      const found = await production.fields(kind.name, { _id: { $in: [...keys] } }, fields);
      return new Map(found.map((entity) => [entity._id, entity]));
    },
    async *missing() {},
  };
}

function heldScope(held: Map<string, ProductionDocument>): CurrentScope {
  return {
    async take(keys) {
      const found = new Map<string, ProductionDocument>();
      for (const key of keys) {
        const entity = held.get(key);
        if (entity === undefined) continue;
        found.set(key, entity);
        held.delete(key);
      }
      return found;
    },
    async *missing() {
      if (held.size > 0) yield [...held.values()];
    },
  };
}

function askedScope(
  production: Store['production'],
  kind: EntityKind,
  scope: Readonly<Record<string, number>>,
  fields: readonly string[] | null,
): CurrentScope {
  const listed = createIdSet(kind.identity.length);
  const idsOf = (key: string): number[] => Object.values(parseEntityKey(kind, key) ?? {});
  const isWithin = (entity: ProductionDocument): boolean =>
    Object.entries(scope).every(([field, id]) => entity[field] === id);
  const wanted = fields === null ? null : [...fields, ...Object.keys(scope)];

  async function read(keys: readonly string[]): Promise<ProductionDocument[]> {
    // By keys alone: with the scope beside them a query may walk through all of the scope.
    return (await production.fields(kind.name, { _id: { $in: [...keys] } }, wanted)).filter(isWithin);
  }

  return {
    async take(keys) {
      for (const key of keys) listed.add(idsOf(key));
      return new Map((await read(keys)).map((entity) => [entity._id, entity]));
    },
    async *missing() {
      let keys: string[] = [];
      for await (const { _id } of production.each(kind.name, scope, ['_id'])) {
        if (listed.has(idsOf(_id))) continue;
        keys.push(_id);
        if (keys.length < batchSize) continue;
        yield await read(keys);
        keys = [];
      }
      if (keys.length > 0) yield await read(keys);
    },
  };
}
