import { type KindName, remotePart } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import { removedId } from './removed.ts';
import { databaseTime, inTransaction } from './transactions.ts';

export interface DroppedRow {
  readonly kind: KindName;
  readonly key: string;
  readonly runId: string;
}

/**
 * Takes out of production, with its history, what a run removes from the account; again it changes nothing. A mark, also
 * where production does not have it, keeps lists that were asked for before from bringing it back.
 */
export async function dropRow(db: mongo.Db, collections: Collections, row: DroppedRow): Promise<void> {
  const at = await databaseTime(db);
  await inTransaction(db, (session) => dropWithin(collections, row, at, session));
}

/** The same as part of a transaction. */
export async function dropWithin(
  { production, history, removed }: Collections,
  { kind, key, runId }: DroppedRow,
  at: Date,
  session: mongo.ClientSession,
): Promise<void> {
  const mark = { $set: { at, run_id: runId } };
  await removed.updateOne({ _id: removedId(kind, key) }, mark, { upsert: true, session });
  // Written in any case: a publication that inserts it beside this, and has not seen the mark, must begin anew.
  const touched = [{ $set: { 'sync.revision': { $add: [{ $ifNull: ['$sync.revision', 0] }, 1] } } }];
  const { upsertedCount } = await production[kind].updateOne({ _id: key }, touched, { upsert: true, session });
  const document = await production[kind].findOneAndDelete({ _id: key }, { session });
  if (document === null || upsertedCount > 0) return;
  const before = remotePart(document);
  await history.insertOne({ run_id: runId, kind, key, operation: 'remove', before, after: null, at }, { session });
}
