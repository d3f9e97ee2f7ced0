import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { fetchSize } from './batches.ts';
import type { Collections } from './collections.ts';
import type { HistoryDocument, ProductionDocument, ScopeDocument } from './documents.ts';

/** What a comparison with a list needs of a production entity. */
export type ComparedEntity = Pick<ProductionDocument, '_id' | 'sync'>;

/** Production: what exists remotely, as last published or exported. */
export function createProduction(collections: Collections) {
  const { production, scopes, history } = collections;

  return {
    get: (kind: KindName, key: string): Promise<ProductionDocument | null> => production[kind].findOne({ _id: key }),

    many: (kind: KindName, keys: readonly string[]): Promise<ProductionDocument[]> => {
      return production[kind].find({ _id: { $in: [...keys] } }).toArray();
    },

    /** Entities of a kind with the named fields, or with all. */
    fields(
      kind: KindName,
      filter: mongo.Filter<ProductionDocument>,
      names: readonly string[] | null,
    ): Promise<ProductionDocument[]> {
      return production[kind].find(filter).project<ProductionDocument>(toProjection(names)).toArray();
    },

    /**
     * The same one after the other, for any number of them.
     *
     * @param batchSize how many are fetched at once
     */
    each(
      kind: KindName,
      filter: mongo.Filter<ProductionDocument>,
      names: readonly string[] | null = null,
      batchSize = fetchSize,
    ): AsyncIterable<ProductionDocument> {
      return production[kind].find(filter, { batchSize }).project<ProductionDocument>(toProjection(names));
    },

    /** Ids that entities of a kind name as their parent, each once. */
    async parentIds(kind: KindName, field: string): Promise<number[]> {
      const found: unknown[] = await production[kind].distinct(field);
      return found.filter((id) => typeof id === 'number');
    },

    /** A page of entities. */
    async page(
      kind: KindName,
      filter: mongo.Filter<ProductionDocument>,
      sort: Record<string, 1 | -1>,
      skip: number,
      limit: number,
    ): Promise<{ items: ProductionDocument[]; total: number }> {
      const found = production[kind]
        .find(filter)
        .sort({ ...sort, _id: 1 })
        .skip(skip)
        .limit(limit);
      const [items, total] = await Promise.all([found.toArray(), production[kind].countDocuments(filter)]);
      return { items, total };
    },

    /** Scopes of a kind that were ever read whole. */
    async verifiedScopes(kind: KindName): Promise<Set<string>> {
      const found = scopes
        .find({ kind, verified_at: { $type: 'date' } })
        .project<Pick<ScopeDocument, 'scope'>>({ scope: 1 });
      return new Set((await found.toArray()).map(({ scope }) => scope));
    },

    scopes: (filter: mongo.Filter<ScopeDocument>): Promise<ScopeDocument[]> => scopes.find(filter).toArray(),

    /** Changes that publications and exports made, newest first. */
    async history(
      filter: mongo.Filter<HistoryDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: HistoryDocument[]; total: number }> {
      const found = history.find(filter).sort({ at: -1, _id: -1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), history.countDocuments(filter)]);
      return { items, total };
    },
  };
}

function toProjection(names: readonly string[] | null): Record<string, 1> {
  return Object.fromEntries((names ?? []).map((name) => [name, 1]));
}

export type Production = ReturnType<typeof createProduction>;
