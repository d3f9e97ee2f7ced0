import type { Model } from 'mongoose';
import type { SyncLogDocument } from './documents.ts';

/** SyncLog: what each kind of each run came to. */
export function createLogs(model: Model<SyncLogDocument>) {
  return {
    /** Writes a run's records; of those that are there already, how it ended in the end. */
    async write(records: readonly SyncLogDocument[]): Promise<void> {
      await model.bulkWrite(
        records.map(({ timestamp, ...record }) => ({
          updateOne: {
            filter: { run_id: record.run_id, entity_type: record.entity_type },
            update: { $set: record, $setOnInsert: { timestamp } },
            upsert: true,
          },
        })),
      );
    },

    /** A page, newest first. `dry_run: { $ne: true }` leaves out what was only planned. */
    async list(
      filter: Partial<Pick<SyncLogDocument, 'operation' | 'entity_type' | 'run_id'>> & {
        timestamp?: { $gte?: Date; $lt?: Date };
        dry_run?: true | { $ne: true };
      },
      skip: number,
      limit: number,
    ): Promise<{ items: SyncLogDocument[]; total: number }> {
      const found = model
        .find(filter)
        .sort({ timestamp: -1, _id: -1 })
        .skip(skip)
        .limit(limit)
        .lean<SyncLogDocument[]>();
      const [items, total] = await Promise.all([found.exec(), model.countDocuments(filter)]);
      return { items, total };
    },
  };
}

export type Logs = ReturnType<typeof createLogs>;
