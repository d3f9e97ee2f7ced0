import { type KindChanges, type KindName, levels, noChanges, remotePart } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HistoryDocument, ProductionDocument, RunDocument, ScopeDocument } from './documents.ts';
import { removedSince } from './removed.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** What to do with one production document; `none` where production has moved on and the change no longer holds. */
export type ProductionWrite =
  | { readonly operation: 'insert' | 'update'; readonly document: ProductionDocument }
  | { readonly operation: 'remove' }
  | { readonly operation: 'none' };

export interface Publication {
  readonly run: RunDocument;
  /** Decides about one change, given production as it is now. Pure. */
  readonly resolve: (change: ChangeDocument, current: ProductionDocument | null, now: Date) => ProductionWrite;
  readonly scopes: readonly ScopeDocument[];
}

/** Past this many changes a publication is made in chunks, parents first and removals last. */
const maxAtomicChanges = 50_000;
const batchSize = 1000;
const counters = { insert: 'inserted', update: 'updated', remove: 'removed' } as const;

type Counts = Partial<Record<KindName, KindChanges>>;
type Step = { readonly kind: KindName; readonly operations: readonly ChangeDocument['operation'][] };

/** Parents before what hangs on them, and removals the other way round, after all else. */
function steps(): Step[] {
  const names = levels.flat().map((kind) => kind.name);
  const writes = names.map((kind) => ({ kind, operations: ['insert', 'update'] as const }));
  const removals = names.toReversed().map((kind) => ({ kind, operations: ['remove'] as const }));
  return [...writes, ...removals];
}

/**
 * Applies a run's change set to production, with its history and checkpoints: in one transaction up to
 * {@link maxAtomicChanges}, past that in chunks. Doing it again changes nothing.
 *
 * @returns entities that the run inserted, updated and removed, by kind, also in an earlier try
 */
export async function publish(
  db: mongo.Db,
  collections: Collections,
  changes: Changes,
  publication: Publication,
): Promise<Counts> {
  const { run } = publication;
  // The clock by which exports write and lists are asked for: a change is compared with both.
  const now = await databaseTime(db);
  if ((await changes.count(run._id)) <= maxAtomicChanges) {
    await inTransaction(db, async (session) => {
      for await (const { kind, batch } of batchesOf(changes, run._id)) {
        await applyBatch(collections, publication, kind, batch, now, session);
      }
      await close(collections, publication, session);
    });
  } else {
    for await (const { kind, batch } of batchesOf(changes, run._id)) {
      await inTransaction(db, (session) => applyBatch(collections, publication, kind, batch, now, session));
    }
    await inTransaction(db, (session) => close(collections, publication, session));
  }
  return countMade(collections, run._id);
}

async function* batchesOf(changes: Changes, runId: string): AsyncIterable<{ kind: KindName; batch: ChangeDocument[] }> {
  for (const { kind, operations } of steps()) {
    for await (const batch of changes.batches(runId, kind, operations, batchSize)) yield { kind, batch };
  }
}

/** From the history, which is written with the changes: what a process that died had published counts too. */
async function countMade({ history }: Collections, runId: string): Promise<Counts> {
  const grouped = history.aggregate<{ _id: Pick<HistoryDocument, 'kind' | 'operation'>; count: number }>([
    { $match: { run_id: runId } },
    { $group: { _id: { kind: '$kind', operation: '$operation' }, count: { $sum: 1 } } },
  ]);
  const counts: Counts = {};
  for await (const { _id, count } of grouped) {
    counts[_id.kind] = { ...(counts[_id.kind] ?? noChanges), [counters[_id.operation]]: count };
  }
  return counts;
}

async function applyBatch(
  collections: Collections,
  { run, resolve }: Publication,
  kind: KindName,
  batch: readonly ChangeDocument[],
  now: Date,
  session: mongo.ClientSession,
): Promise<void> {
  const production = collections.production[kind];
  const keys = batch.map(({ key }) => key);
  const found = await production.find({ _id: { $in: keys } }, { session }).toArray();
  const currents = new Map(found.map((document) => [document._id, document]));
  const missing = batch.filter(({ key }) => !currents.has(key));
  const removed = await removedSince(collections, kind, missing, session);
  const writes: mongo.AnyBulkWriteOperation<ProductionDocument>[] = [];
  const history: HistoryDocument[] = [];
  for (const change of batch) {
    if (removed.has(change.key)) continue;
    const current = currents.get(change.key) ?? null;
    const write = resolve(change, current, now);
    if (write.operation === 'none') continue;
    writes.push(toBulk(change.key, write));
    history.push({
      run_id: run._id,
      kind,
      key: change.key,
      operation: write.operation,
      before: current === null ? null : remotePart(current),
      after: write.operation === 'remove' ? null : remotePart(write.document),
      at: now,
    });
  }
  if (writes.length === 0) return;
  await production.bulkWrite(writes, { session, ordered: false });
  await collections.history.insertMany(history, { session, ordered: false });
}

function toBulk(
  key: string,
  write: Exclude<ProductionWrite, { operation: 'none' }>,
): mongo.AnyBulkWriteOperation<ProductionDocument> {
  if (write.operation === 'remove') return { deleteOne: { filter: { _id: key } } };
  if (write.operation === 'insert') return { insertOne: { document: write.document } };
  return { replaceOne: { filter: { _id: key }, replacement: write.document } };
}

async function close(
  collections: Collections,
  { run, scopes }: Publication,
  session: mongo.ClientSession,
): Promise<void> {
  if (scopes.length > 0) {
    const checkpoints = scopes.map((scope) => ({
      replaceOne: { filter: { _id: scope._id }, replacement: scope, upsert: true },
    }));
    await collections.scopes.bulkWrite(checkpoints, { session, ordered: false });
  }
  await collections.runs.updateOne({ _id: run._id }, { $set: { published_at: new Date() } }, { session });
}
