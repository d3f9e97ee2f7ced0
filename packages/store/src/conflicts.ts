import { type EditedEntity, type KindName, kindNames, kinds, remotePart, rootField } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { HistoryDocument, ProductionDocument } from './documents.ts';
import { isInConflict } from './models.ts';
import type { Production } from './production.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** An entity of which fields wait for a person to decide. */
export interface EntityInConflict {
  readonly kind: KindName;
  readonly document: ProductionDocument;
}

/** Which conflicts are meant; what is not given is not looked at. */
export interface ConflictFilter {
  readonly kind?: KindName | undefined;
  /** The run that found them. */
  readonly runId?: string | undefined;
  /** The network that they are of. */
  readonly root?: number | undefined;
}

/** Fields that were changed here and there, and wait for a person: they stand on the entities. */
export function createConflicts(db: mongo.Db, collections: Collections, entities: Production) {
  const { production, history } = collections;

  function filterOf(kind: KindName, { runId, root }: ConflictFilter): mongo.Filter<ProductionDocument> {
    return {
      ...isInConflict,
      ...(runId === undefined ? {} : { 'sync.conflict.run_id': runId }),
      ...(root === undefined ? {} : { [rootField(kinds[kind])]: root }),
    };
  }

  function kindsOf({ kind }: ConflictFilter): readonly KindName[] {
    return kind === undefined ? kindNames : [kind];
  }

  return {
    /** A page of entities in conflict, those that are so the longest first. */
    async list(
      filter: ConflictFilter,
      skip: number,
      limit: number,
    ): Promise<{ items: EntityInConflict[]; total: number }> {
      const [first = kindNames[0], ...others] = kindsOf(filter);
      const ofKind = (kind: KindName) => [
        { $match: filterOf(kind, filter) },
        { $project: { _id: 0, kind: { $literal: kind }, document: '$$ROOT' } },
      ];
      const found = production[first].aggregate<EntityInConflict>([
        ...ofKind(first),
        ...others.map((kind) => ({ $unionWith: { coll: kind, pipeline: ofKind(kind) } })),
        { $sort: { 'document.sync.conflict.at': 1, kind: 1, 'document._id': 1 } },
        { $skip: skip },
        { $limit: limit },
      ]);
      const counts = kindsOf(filter).map((kind) => production[kind].countDocuments(filterOf(kind, filter)));
      const [items, ...totals] = await Promise.all([found.toArray(), ...counts]);
      return { items, total: totals.reduce((sum, count) => sum + count, 0) };
    },

    /** Keys of a kind's entities in conflict, for any number of them. */
    async *keys(filter: ConflictFilter): AsyncIterable<{ readonly kind: KindName; readonly key: string }> {
      for (const kind of kindsOf(filter)) {
        const found = production[kind]
          .find(filterOf(kind, filter))
          .project<Pick<ProductionDocument, '_id'>>({ _id: 1 });
        for (const { _id } of await found.toArray()) yield { kind, key: _id };
      }
    },

    /**
     * Stores what a person has decided. Where a value of the account takes the place of an edit, the history says so.
     *
     * @param before the entity that was decided about
     * @param after what it is to be, with the fields that were decided about
     * @returns null when it is gone, has another revision or is to be removed
     */
    async decide(kind: KindName, before: ProductionDocument, after: EditedEntity): Promise<ProductionDocument | null> {
      const at = await databaseTime(db);
      const taken = before.sync.edited.filter((field) => !after.edited.includes(field));
      return inTransaction(db, async (session) => {
        const decided = await entities.edit(kind, before._id, before.sync.revision, after, session);
        if (decided === null || taken.length === 0) return decided;
        const entry: HistoryDocument = {
          run_id: null,
          kind,
          key: before._id,
          operation: 'update',
          before: remotePart(before),
          after: remotePart(decided),
          fields: taken,
          at,
        };
        await history.insertOne(entry, { session });
        return decided;
      });
    },
  };
}

export type Conflicts = ReturnType<typeof createConflicts>;
