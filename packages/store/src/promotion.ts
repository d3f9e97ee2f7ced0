import {
  type EntityFields,
  type EntityKind,
  type ParentIds,
  type RequestCounts,
  remotePart,
  type TaskState,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HistoryDocument, ProductionDocument } from './documents.ts';
import { intentChange } from './intent-changes.ts';
import { taskEnd } from './task-end.ts';
import { openTaskStates } from './task-states.ts';
import { taskId } from './tasks.ts';
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

const endedInVain: TaskState[] = ['failed', 'skipped'];

/**
 * Moves entities of one kind from local to production, in one transaction: production is upserted by identity (an import may
 * have published it already), the local documents removed, the id map, history, intents and tasks written.
 *
 * @param promotions each of another local entity
 * @returns local `_id`s of those that had not been done before
 */
export async function promoteAll(
  db: mongo.Db,
  collections: Collections,
  kind: EntityKind,
  promotions: readonly Promotion[],
): Promise<ReadonlySet<string>> {
  return inTransaction(db, async (session) => {
    const closed = await closeIntents(collections, promotions, session);
    const open = promotions.filter(({ localId }) => closed.has(localId));
    if (open.length > 0) {
      await moveEntities(collections, kind, open, session);
      await endTasks(collections, open, session);
    }
    for (const { beforeCommit } of open) beforeCommit?.();
    return closed;
  });
}

/** Those intents that were created and not promoted are promoted now. */
async function closeIntents(
  { intents }: Collections,
  promotions: readonly Promotion[],
  session: mongo.ClientSession,
): Promise<ReadonlySet<string>> {
  const ids = promotions.map(({ localId }) => localId);
  const { filter } = intentChange(ids, { to: 'promoted' });
  const found = await intents.find(filter, { session, projection: { _id: 1 } }).toArray();
  if (found.length === 0) return new Set();
  const open = found.map(({ _id }) => _id);
  const change = intentChange(open, { to: 'promoted', set: { answer: '$$REMOVE' } });
  await intents.updateMany(change.filter, change.update, { session });
  return new Set(open);
}

async function moveEntities(
  collections: Collections,
  kind: EntityKind,
  promotions: readonly Promotion[],
  session: mongo.ClientSession,
): Promise<void> {
  const now = new Date();
  const production = collections.production[kind.name];
  const found = await production.find({ _id: { $in: promotions.map(({ key }) => key) } }, { session }).toArray();
  const known = new Map(found.map((entity) => [entity._id, entity]));
  const moved = promotions.map((promotion) => {
    const before = known.get(promotion.key) ?? null;
    return { promotion, before, after: mergePromoted(before, promotion, now) };
  });
  // Times by the database's clock: an import compares them with those of its claims.
  const times = { synced_at: '$$NOW', 'sync.written_at': '$$NOW' };
  await production.bulkWrite(
    moved.map(({ promotion: { key }, after }) => {
      const update = [{ $replaceWith: { $literal: after } }, { $set: times }];
      return { updateOne: { filter: { _id: key }, update, upsert: true } };
    }),
    { session },
  );
  const locals = promotions.map(({ localId }) => new Types.ObjectId(localId));
  await collections.local[kind.name].deleteMany({ _id: { $in: locals } }, { session });
  await collections.idMap.bulkWrite(
    promotions.map(({ localId, key, sentBy }) => {
      const mapped = { kind: kind.name, local_id: localId, remote_id: key, run_id: sentBy, created_at: now };
      const filter = { _id: `${kind.name}:${localId}` };
      return { updateOne: { filter, update: { $setOnInsert: mapped }, upsert: true } };
    }),
    { session },
  );
  const history = moved.map(({ promotion, before, after }) => historyOf(promotion, before, after, now));
  await collections.history.insertMany(history, { session });
}

/** A task that ended while the outcome was open says what it has come to: an undo of its run takes it along. */
async function endTasks(
  { tasks }: Collections,
  promotions: readonly Promotion[],
  session: mongo.ClientSession,
): Promise<void> {
  const filter = { _id: { $in: promotions.map(({ taskId }) => taskId) }, state: { $in: openTaskStates } };
  const found = await tasks.find(filter, { session, projection: { _id: 1 } }).toArray();
  const open = new Set(found.map(({ _id }) => _id));
  const writes = promotions.map((promotion) => {
    const { kind, localId, sentBy, key, sentName, counts } = promotion;
    const result = { remote_id: key, sent_name: sentName };
    if (open.has(promotion.taskId)) return taskEnd(promotion.taskId, null, { state: 'completed', result }, counts);
    const _id = taskId({ run_id: sentBy, kind: kind.name, action: 'create', subject: localId });
    return { filter: { _id, state: { $in: endedInVain } }, update: { $set: { result } } };
  });
  await tasks.bulkWrite(
    writes.map((updateOne) => ({ updateOne })),
    { session },
  );
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
      // What is ours on it stays: the wish to delete it, what was sent, why an edit could not be exported.
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
