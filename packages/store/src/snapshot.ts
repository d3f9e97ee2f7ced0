import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { fetchSize } from './batches.ts';
import type { Collections } from './collections.ts';
import type { ProductionDocument } from './documents.ts';

/** Production as of one instant: all that is read through it belongs together. */
export interface Snapshot {
  /**
   * Entities of a kind, one after the other.
   *
   * @param names fields that are wanted; null: all
   */
  each(
    kind: KindName,
    filter?: mongo.Filter<ProductionDocument>,
    names?: readonly string[] | null,
    order?: Readonly<Record<string, 1 | -1>>,
  ): AsyncIterable<ProductionDocument>;
}

/**
 * Reads production as of one instant, over all kinds and any number of reads: before a publication or after it. MongoDB
 * keeps what a snapshot needs for five minutes.
 */
export function readSnapshot<T>(
  db: mongo.Db,
  { production }: Collections,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  return db.client.withSession({ snapshot: true }, (session) =>
    read({
      each(kind, filter = {}, names = null, order = {}) {
        const projection = names === null ? {} : { _id: 0, ...Object.fromEntries(names.map((name) => [name, 1])) };
        return (
          production[kind]
            // Named here too: what the connection reads with else would stand, and each read would be of its own instant.
            .find(filter, { session, batchSize: fetchSize, readConcern: { level: 'snapshot' } })
            .sort(order)
            .project<ProductionDocument>(projection)
        );
      },
    }),
  );
}
