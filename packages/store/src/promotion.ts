import {
  type EntityFields,
  type EntityKind,
  type ParentIds,
  type RequestCounts,
  remotePart,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HistoryDocument, ProductionDocument, TaskResult } from './documents.ts';
import { intentChange } from './intent-changes.ts';
import { type Tasks, taskId } from './tasks.ts';
import { inTransaction } from './transactions.ts';

export interface Promotion {
  readonly kind: EntityKind;
  readonly localId: string;
  readonly runId: string;
  /** The run that asked the API for it; an earlier one where the outcome was open. */
  readonly sentBy: string;
  readonly taskId: string;
  readonly key: string;
  /** Fields as production is to have them, ids and ancestors included. */
  readonly entity: EntityFields;
  readonly ancestors: ParentIds;
  /** Hash of the answered row where it is whole, else null: the next import compares it anew. */
  readonly hash: string | null;
  readonly sentName: string | null;
  /** Of the attempt that ends with it. */
  readonly counts: RequestCounts;
  /** Called when all is written and nothing committed. */
  readonly beforeCommit?: () => void;
}

/**
 * Moves an entity from local to production, in one transaction: production is upserted by identity (an import may have
 * published it already), the local document removed, the id map, history, intent and task written.
 *
 * @returns false when it had been done before
 */
export async function promote(
  db: mongo.Db,
  collections: Collections,
  tasks: Tasks,
  promotion: Promotion,
): Promise<boolean> {
  return inTransaction(db, async (session) => {
    const { kind, key, localId, sentBy } = promotion;
    const { filter, update } = intentChange(localId, { to: 'promoted', set: { answer: '$$REMOVE' } });
    const closed = await collections.intents.updateOne(filter, update, { session });
    if (closed.modifiedCount === 0) return false;
    const now = new Date();
    const production = collections.production[kind.name];
    const before = await production.findOne({ _id: key }, { session });
    const after = mergePromoted(before, promotion, now);
    // Times by the database's clock: an import compares them with those of its claims.
    const times = { synced_at: '$$NOW', 'sync.written_at': '$$NOW' };
    await production.updateOne({ _id: key }, [{ $replaceWith: { $literal: after } }, { $set: times }], {
      upsert: true,
      session,
    });
    await collections.local[kind.name].deleteOne({ _id: new Types.ObjectId(localId) }, { session });
    await collections.idMap.updateOne(
      { _id: `${kind.name}:${localId}` },
      { $setOnInsert: { kind: kind.name, local_id: localId, remote_id: key, run_id: sentBy, created_at: now } },
      { upsert: true, session },
    );
    await collections.history.insertOne(historyOf(promotion, before, after, now), { session });
    const result = { remote_id: key, sent_name: promotion.sentName };
    const end = { state: 'completed' as const, result };
    const isNoted = await tasks.end(promotion.taskId, null, end, promotion.counts, session);
    if (!isNoted) await noteMade(collections, promotion, result, session);
    promotion.beforeCommit?.();
    return true;
  });
}

/** A task that ended while the outcome was open says what it has come to: an undo of its run takes it along. */
async function noteMade(
  { tasks }: Collections,
  { kind, localId, sentBy }: Promotion,
  result: TaskResult,
  session: mongo.ClientSession,
): Promise<void> {
  const _id = taskId({ run_id: sentBy, kind: kind.name, action: 'create', subject: localId });
  await tasks.updateOne({ _id, state: { $in: ['failed', 'skipped'] } }, { $set: { result } }, { session });
}

function mergePromoted(before: ProductionDocument | null, promotion: Promotion, now: Date): ProductionDocument {
  const known = before === null ? {} : remotePart(before);
  return {
    ...promotion.entity,
    // What an import has read of it since is newer than what we sent.
    ...known,
    ...promotion.ancestors,
    _id: promotion.key,
    created_locally: true,
    synced_with_api: true,
    synced_at: now,
    sync: {
      // A wish to delete what an import has shown already, errors, what was sent of its edits.
      ...before?.sync,
      hash: before?.sync.hash ?? promotion.hash,
      revision: (before?.sync.revision ?? 0) + 1,
      written_at: now,
      run_id: promotion.runId,
      edited: before?.sync.edited ?? [],
      base: before?.sync.base ?? {},
      dangling: false,
      original_local_id: promotion.localId,
    },
  };
}

function historyOf(
  { kind, key, runId }: Promotion,
  before: ProductionDocument | null,
  after: ProductionDocument,
  at: Date,
): HistoryDocument {
  const operation: ChangeDocument['operation'] = before === null ? 'insert' : 'update';
  return {
    run_id: runId,
    kind: kind.name,
    key,
    operation,
    before: before === null ? null : remotePart(before),
    after: remotePart(after),
    at,
  };
}
