import { type KindChanges, type KindName, levels, noChanges, remotePart } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HistoryDocument, ProductionDocument, RunDocument, ScopeDocument } from './documents.ts';
import { inTransaction } from './transactions.ts';

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
export const maxAtomicChanges = 50_000;
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
 * @returns entities inserted, updated and removed, by kind
 */
export async function publish(
  db: mongo.Db,
  collections: Collections,
  changes: Changes,
  publication: Publication,
): Promise<Counts> {
  const { run } = publication;
  const total = await changes.count(run._id);
  if (total <= maxAtomicChanges) {
    return inTransaction(db, async (session) => {
      const counts: Counts = {};
      for await (const { kind, batch } of batchesOf(changes, run._id)) {
        await applyBatch(collections, publication, kind, batch, counts, session);
      }
      await close(collections, publication, session);
      return counts;
    });
  }
  const counts: Counts = {};
  for await (const { kind, batch } of batchesOf(changes, run._id)) {
    // A retried transaction must not count twice.
    const chunk = await inTransaction(db, async (session) => {
      const counted: Counts = {};
      await applyBatch(collections, publication, kind, batch, counted, session);
      return counted;
    });
    add(counts, kind, chunk[kind] ?? noChanges);
  }
  await inTransaction(db, (session) => close(collections, publication, session));
  return counts;
}

async function* batchesOf(changes: Changes, runId: string): AsyncIterable<{ kind: KindName; batch: ChangeDocument[] }> {
  for (const { kind, operations } of steps()) {
    for await (const batch of changes.batches(runId, kind, operations, batchSize)) yield { kind, batch };
  }
}

function add(counts: Counts, kind: KindName, more: KindChanges): void {
  const before = counts[kind] ?? noChanges;
  counts[kind] = {
    inserted: before.inserted + more.inserted,
    updated: before.updated + more.updated,
    removed: before.removed + more.removed,
    unchanged: before.unchanged + more.unchanged,
    conflicts: before.conflicts + more.conflicts,
  };
}

async function applyBatch(
  collections: Collections,
  { run, resolve }: Publication,
  kind: KindName,
  batch: readonly ChangeDocument[],
  counts: Counts,
  session: mongo.ClientSession,
): Promise<void> {
  const now = new Date();
  const production = collections.production[kind];
  const keys = batch.map(({ key }) => key);
  const found = await production.find({ _id: { $in: keys } }, { session }).toArray();
  const currents = new Map(found.map((document) => [document._id, document]));
  const writes: mongo.AnyBulkWriteOperation<ProductionDocument>[] = [];
  const history: HistoryDocument[] = [];
  for (const change of batch) {
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
    add(counts, kind, { ...noChanges, [counters[write.operation]]: 1 });
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
