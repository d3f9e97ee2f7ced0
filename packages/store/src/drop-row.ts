import { type KindName, remotePart } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** Takes out of production, with its history, what a run has removed from the account; again it changes nothing. */
export async function dropRow(
  db: mongo.Db,
  { production, history }: Collections,
  { kind, key, runId }: { readonly kind: KindName; readonly key: string; readonly runId: string },
): Promise<void> {
  const at = await databaseTime(db);
  await inTransaction(db, async (session) => {
    const document = await production[kind].findOneAndDelete({ _id: key }, { session });
    if (document === null) return;
    const before = remotePart(document);
    await history.insertOne({ run_id: runId, kind, key, operation: 'remove', before, after: null, at }, { session });
  });
}
