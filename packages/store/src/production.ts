import type { EditedEntity, KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { fetchSize } from './batches.ts';
import type { Collections } from './collections.ts';
import type { HistoryDocument, LocalError, ProductionDocument, ScopeDocument } from './documents.ts';
import { hasEdits } from './models.ts';
import { removedId } from './removed.ts';

/** What a comparison with a list needs of a production entity. */
export type ComparedEntity = Pick<ProductionDocument, '_id' | 'sync'>;

const keptErrors = 50;

/** Production: what exists remotely, as last published or exported. */
export function createProduction(collections: Collections) {
  const { production, scopes, history, removed } = collections;

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

    /** Those of the keys that production had before a time: by the row itself, or, where it was written since, its history. */
    async knownBefore(kind: KindName, keys: readonly string[], at: Date): Promise<Set<string>> {
      const earlier = { $lt: at };
      const rows = production[kind].find({ _id: { $in: [...keys] }, 'sync.written_at': earlier });
      const made = history.find({ kind, key: { $in: [...keys] }, operation: 'insert', at: earlier });
      const [unchanged, changed] = await Promise.all([
        rows.project<Pick<ProductionDocument, '_id'>>({ _id: 1 }).toArray(),
        made.project<Pick<HistoryDocument, 'key'>>({ key: 1 }).toArray(),
      ]);
      return new Set([...unchanged.map(({ _id }) => _id), ...changed.map(({ key }) => key)]);
    },

    scopes: (filter: mongo.Filter<ScopeDocument>): Promise<ScopeDocument[]> => scopes.find(filter).toArray(),

    /**
     * Edits an entity here. What the remote said of it, and when, stays as it is.
     *
     * @param revision the one that the edit was made from
     * @returns null when it is gone, has another revision, is to be removed, or something else of it has left since
     */
    edit(
      kind: KindName,
      key: string,
      revision: number,
      { fields, edited, base, open, sent }: EditedEntity,
      session?: mongo.ClientSession,
    ): Promise<ProductionDocument | null> {
      const filter = {
        _id: key,
        'sync.revision': revision,
        'sync.deletion': { $exists: false },
        'sync.sent': sent === undefined ? { $exists: false } : { $eq: sent },
      };
      const values = { ...fields, 'sync.edited': [...edited], 'sync.base': base };
      const set = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
      const conflict =
        open === undefined ? '$$REMOVE' : { $mergeObjects: ['$sync.conflict', { remote: { $literal: open } }] };
      const ours = { 'sync.conflict': conflict, 'sync.revision': { $add: ['$sync.revision', 1] } };
      const options = { returnDocument: 'after' as const, ...(session === undefined ? {} : { session }) };
      return production[kind].findOneAndUpdate(filter, [{ $set: { ...set, ...ours } }], options);
    },

    /** Entities that were edited here, in the order of their keys; those named, or all. */
    edited(kind: KindName, keys: readonly string[] | null): Promise<ProductionDocument[]> {
      const named = keys === null ? {} : { _id: { $in: [...keys] } };
      return production[kind]
        .find({ ...hasEdits, ...named })
        .sort({ _id: 1 })
        .toArray();
    },

    /** Notes why an edit or a removal could not be exported; the same of the same run once. */
    async noteError(kind: KindName, key: string, error: Omit<LocalError, 'at'>): Promise<void> {
      const known = { $elemMatch: { run_id: error.run_id, message: error.message } };
      const all = { $concatArrays: [{ $ifNull: ['$sync.errors', []] }, [{ $literal: { ...error, at: new Date() } }]] };
      const update = [{ $set: { 'sync.errors': { $slice: [all, -keptErrors] } } }];
      await production[kind].updateOne({ _id: key, 'sync.errors': { $not: known } }, update);
    },

    /** Says whether an export has removed an entity, and nobody has made it anew. */
    async wasRemoved(kind: KindName, key: string): Promise<boolean> {
      const [current, mark] = await Promise.all([
        production[kind].findOne({ _id: key }, { projection: { _id: 1 } }),
        removed.findOne({ _id: removedId(kind, key) }),
      ]);
      return current === null && mark !== null;
    },

    /** Changes that publications and exports made, newest first. */
    async history(
      filter: mongo.Filter<HistoryDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: HistoryDocument[]; total: number }> {
      const found = history.find(filter).sort({ at: -1, _id: -1 }).skip(skip).limit(limit);
      // All of it need not be walked through to be counted.
      const isAll = Object.keys(filter).length === 0;
      const counted = isAll ? history.estimatedDocumentCount() : history.countDocuments(filter);
      const [items, total] = await Promise.all([found.toArray(), counted]);
      return { items, total };
    },
  };
}

function toProjection(names: readonly string[] | null): Record<string, 1> {
  return Object.fromEntries((names ?? []).map((name) => [name, 1]));
}

export type Production = ReturnType<typeof createProduction>;
