import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ProductionDocument } from './documents.ts';

const batchSize = 10_000;

/** Counts of production entities, for who judges what an import would remove. */
export function createTallies({ production }: Collections) {
  return {
    count: (kind: KindName, filter: mongo.Filter<ProductionDocument>): Promise<number> =>
      production[kind].countDocuments(filter),

    /**
     * How many entities of a kind hang on each of these.
     *
     * @param field that has the id of what they hang on
     * @returns by id; what nothing hangs on is left out
     */
    async hanging(kind: KindName, field: string, ids: readonly string[]): Promise<Map<string, number>> {
      const counts = new Map<string, number>();
      for (let at = 0; at < ids.length; at += batchSize) {
        const batch = ids.slice(at, at + batchSize).map(Number);
        const grouped = production[kind].aggregate<{ _id: number; count: number }>([
          { $match: { [field]: { $in: batch } } },
          { $group: { _id: `$${field}`, count: { $sum: 1 } } },
        ]);
        for (const { _id, count } of await grouped.toArray()) counts.set(String(_id), count);
      }
      return counts;
    },
  };
}

export type Tallies = ReturnType<typeof createTallies>;
