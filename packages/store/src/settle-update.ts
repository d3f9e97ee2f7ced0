import { type EntityFields, isSame, remotePart } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { ClaimedWrite } from './claimed-write.ts';
import type { Collections } from './collections.ts';
import type { ProductionDocument } from './documents.ts';
import type { TaskEnd } from './task-end.ts';
import type { Tasks } from './tasks.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** What an update came to. */
export interface UpdateSettlement extends ClaimedWrite {
  readonly end: TaskEnd;
  /** What becomes of production as it is by now. Pure. */
  readonly merge: (current: ProductionDocument) => ProductionDocument;
}

/**
 * Ends an update in one transaction: production as the API now has it, its history, and the task.
 *
 * @returns false when the claim was overtaken
 */
export async function settleUpdate(
  db: mongo.Db,
  collections: Collections,
  tasks: Tasks,
  settlement: UpdateSettlement,
): Promise<boolean> {
  const { kind, key, runId, taskId, fence, counts, end, merge } = settlement;
  const now = await databaseTime(db);
  return inTransaction(db, async (session) => {
    if (!(await tasks.end(taskId, fence, end, counts, session))) return false;
    const production = collections.production[kind.name];
    const current = await production.findOne({ _id: key }, { session });
    if (current === null) return true;
    const merged = merge(current);
    const sync = { ...merged.sync, revision: current.sync.revision + 1, run_id: runId, written_at: now };
    await production.replaceOne({ _id: key }, { ...merged, synced_at: now, sync }, { session });
    const [before, after] = [asTheRemoteHadIt(current), asTheRemoteHadIt(merged)];
    if (!isSame(before, after)) {
      const change = { run_id: runId, kind: kind.name, key, operation: 'update' as const, before, after, at: now };
      await collections.history.insertOne(change, { session });
    }
    return true;
  });
}

/** An entity without the edits that were not sent. */
function asTheRemoteHadIt(document: ProductionDocument): EntityFields {
  const unknown = document.sync.edited.filter((field) => !(field in document.sync.base));
  const fields = { ...remotePart(document), ...document.sync.base, ...document.sync.conflict?.remote };
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !unknown.includes(field)));
}
