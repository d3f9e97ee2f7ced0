import {
  differingFields,
  type KindChanges,
  type KindName,
  levels,
  noChanges,
  remotePart,
} from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Part } from './change-parts.ts';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type {
  ChangeDocument,
  FieldConflict,
  ProductionDocument,
  PublishedTo,
  RunDocument,
  ScopeDocument,
} from './documents.ts';
import { ourPart } from './our-part.ts';
import { readAhead } from './read-ahead.ts';
import { createReferences } from './references.ts';
import { createRemovedLookup } from './removed.ts';
import { forgetScopes } from './scopes.ts';
import { databaseTime, inTransaction, isDuplicateKey } from './transactions.ts';

/** What to do with one production document; `none` where production has moved on and the change no longer holds. */
export type ProductionWrite =
  | { readonly operation: 'insert'; readonly document: ProductionDocument }
  | {
      readonly operation: 'update';
      readonly document: ProductionDocument;
      /** Fields that were edited here and changed there too. */
      readonly conflicts?: readonly FieldConflict[];
    }
  | { readonly operation: 'remove' }
  | { readonly operation: 'none' };

export interface Publication {
  readonly run: RunDocument;
  /** `confirmed`: of what was held, what a person has confirmed, after all else. */
  readonly part: 'free' | 'confirmed';
  /** Decides about one change, given production as it is now. Pure. */
  readonly resolve: (change: ChangeDocument, current: ProductionDocument | null, now: Date) => ProductionWrite;
  readonly scopes: readonly ScopeDocument[];
}

/** Past this many changes a publication is made in chunks, parents first and removals last. */
const maxAtomicChanges = 50_000;
const batchSize = 1000;
/** Batches that are read while one is applied: the small ones of the upper kinds take longer to read than to apply. */
const batchesAhead = 4;
const counters = { insert: 'inserted', update: 'updated', remove: 'removed' } as const;

/** Entities that were inserted, updated and removed, by kind. */
export type ChangeCounts = Partial<Record<KindName, KindChanges>>;
type Step = { readonly kind: KindName; readonly operations: readonly ChangeDocument['operation'][] };

/** Parents before what hangs on them, and removals the other way round, after all else. */
const steps: readonly Step[] = [
  ...levels.flat().map(({ name }) => ({ kind: name, operations: ['insert', 'update'] as const })),
  ...levels
    .flat()
    .toReversed()
    .map(({ name }) => ({ kind: name, operations: ['remove'] as const })),
];

/**
 * Applies a run's change set to production, with its checkpoints: in one transaction up to {@link maxAtomicChanges}, past
 * that in chunks, of which each is noted with the run. Doing it again changes nothing. The history follows, see
 * `archive`.
 *
 * @returns entities that the run inserted, updated and removed, by kind, also in an earlier try
 */
export async function publish(
  db: mongo.Db,
  collections: Collections,
  changes: Changes,
  publication: Publication,
): Promise<ChangeCounts> {
  const { run } = publication;
  if (await isPublished(collections, publication)) return run.changes;
  // The clock by which exports write and lists are asked for: a change is compared with both.
  const [now, staged] = await Promise.all([databaseTime(db), changes.count(run._id, maxAtomicChanges + 1)]);
  if (staged <= maxAtomicChanges) {
    const atOnce = (isTrusting: boolean): Promise<ChangeCounts> =>
      inTransaction(db, async (session) => {
        const counts: ChangeCounts = structuredClone(run.changes);
        const apply = createApply(collections, publication, { now, session, isTrusting });
        for await (const { kind, batch } of readAhead(chunksOf(changes, publication, null), batchesAhead)) {
          addCounts(counts, kind, await apply(kind, batch));
        }
        await close(collections, publication, counts, session);
        return counts;
      });
    return atOnce(true).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
      return atOnce(false);
    });
  }
  let counts: ChangeCounts = run.changes;
  for await (const { kind, batch, end } of chunksOf(changes, publication, run.published_to)) {
    counts = await inTransaction(db, async (session) => {
      const sums = structuredClone(counts);
      const apply = createApply(collections, publication, { now, session, isTrusting: false });
      addCounts(sums, kind, await apply(kind, batch));
      await collections.runs.updateOne({ _id: run._id }, { $set: { published_to: end, changes: sums } }, { session });
      return sums;
    });
  }
  await inTransaction(db, (session) => close(collections, publication, counts, session));
  return counts;
}

async function isPublished({ holds }: Collections, { run, part }: Publication): Promise<boolean> {
  if (part === 'free') return run.published_at !== null;
  return (await holds.countDocuments({ run_id: run._id, state: 'confirmed' }, { limit: 1 })) === 0;
}

interface Chunk {
  readonly kind: KindName;
  readonly batch: readonly ChangeDocument[];
  readonly end: PublishedTo;
}

/** What is still to be applied, in order. */
async function* chunksOf(
  changes: Changes,
  { run, part }: { readonly run: RunDocument; readonly part: Part },
  from: PublishedTo | null,
): AsyncIterable<Chunk> {
  for (const [at, { kind, operations }] of steps.entries()) {
    if (from !== null && at < from.step) continue;
    const after = from?.step === at ? from.change : null;
    for await (const batch of changes.batches(run._id, kind, operations, batchSize, after, part)) {
      yield { kind, batch, end: { step: at, change: batch.at(-1)?._id ?? '' } };
    }
  }
}

/** Writes that were made. */
type Made = readonly Exclude<ProductionWrite, { operation: 'none' }>[];

function addCounts(counts: ChangeCounts, kind: KindName, made: Made): void {
  for (const write of made) {
    const before = counts[kind] ?? noChanges;
    const counter = counters[write.operation];
    const conflicts = before.conflicts + (conflictsOf(write).length > 0 ? 1 : 0);
    counts[kind] = { ...before, [counter]: before[counter] + 1, conflicts };
  }
}

function conflictsOf(write: ProductionWrite): readonly FieldConflict[] {
  return write.operation === 'update' ? (write.conflicts ?? []) : [];
}

interface Applying {
  readonly now: Date;
  readonly session: mongo.ClientSession;
  /** What was not there when the list was compared is taken not to be there now: it is then a duplicate key. */
  readonly isTrusting: boolean;
}

/** Makes what applies batches of changes; it gives what was made. */
function createApply(
  collections: Collections,
  { resolve }: Publication,
  { now, session, isTrusting }: Applying,
): (kind: KindName, batch: readonly ChangeDocument[]) => Promise<Made> {
  async function currentsOf(
    kind: KindName,
    batch: readonly ChangeDocument[],
  ): Promise<Map<string, ProductionDocument>> {
    const wanted = isTrusting ? batch.filter(({ operation }) => operation !== 'insert') : batch;
    if (wanted.length === 0) return new Map();
    const keys = wanted.map(({ key }) => key);
    const found = await collections.production[kind].find({ _id: { $in: keys } }, { session }).toArray();
    return new Map(found.map((document) => [document._id, document]));
  }

  const references = createReferences(collections, session);
  const removedSince = createRemovedLookup(collections, session);
  return async (kind, batch) => {
    const currents = await currentsOf(kind, batch);
    const goneSince = await removedSince(
      kind,
      batch.filter(({ key }) => !currents.has(key)),
    );
    const writes: mongo.AnyBulkWriteOperation<ProductionDocument>[] = [];
    const corrections: mongo.AnyBulkWriteOperation<ChangeDocument>[] = [];
    const made: Made[number][] = [];
    const written: ProductionDocument[] = [];
    const removed: string[] = [];
    for (const change of batch) {
      const current = currents.get(change.key) ?? null;
      const write: ProductionWrite = goneSince.has(change.key) ? { operation: 'none' } : resolve(change, current, now);
      const correction = correctionOf(change, current, write);
      if (correction !== null) corrections.push({ updateOne: { filter: { _id: change._id }, update: correction } });
      if (write.operation === 'none') continue;
      writes.push(toBulk(change.key, write));
      made.push(write);
      if (write.operation === 'remove') removed.push(change.key);
      else written.push(write.document);
    }
    await references.mark(kind, written);
    // In order: past the first error the transaction is over, and what is sent of another sort would hide which it was.
    if (writes.length > 0) await collections.production[kind].bulkWrite(bySort(writes), { session });
    if (corrections.length > 0) await collections.changes.bulkWrite(corrections, { session });
    await forgetScopes(collections, { kind, keys: removed }, session);
    await references.removed(kind, removed);
    return made;
  };
}

/** What a staged change must say instead, once it is decided; null where it was done as it was staged. */
function correctionOf(
  change: ChangeDocument,
  current: ProductionDocument | null,
  write: ProductionWrite,
): mongo.UpdateFilter<ChangeDocument> | null {
  const { operation } = write;
  if (operation === 'none') return { $set: { passed_over: true } };
  const isAsStaged = operation === change.operation && (current?.sync.revision ?? null) === change.expects;
  const ours = ourPart(current);
  if (isAsStaged && operation !== 'update') return ours.ours === undefined ? null : { $set: ours };
  const before = current === null ? null : remotePart(current);
  const after = operation === 'remove' ? null : remotePart(write.document);
  const isUpdate = before !== null && after !== null;
  const conflicts = conflictsOf(write);
  return {
    $set: {
      operation,
      before,
      after,
      ...(isUpdate ? { fields: differingFields(before, after) } : {}),
      ...(conflicts.length > 0 ? { conflicts: [...conflicts] } : {}),
      ...ours,
    },
    // What was foreseen and has not come.
    ...(conflicts.length === 0 && change.conflicts !== undefined ? { $unset: { conflicts: 1 } } : {}),
  };
}

/** Those of a sort side by side: each row of the same sort is sent as one command. */
function bySort<T extends object>(writes: readonly T[]): T[] {
  return Object.values(Object.groupBy(writes, (write) => Object.keys(write)[0] ?? '')).flatMap((same) => same ?? []);
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
  { run, part, scopes }: Publication,
  counts: ChangeCounts,
  session: mongo.ClientSession,
): Promise<void> {
  if (scopes.length > 0) {
    const checkpoints = scopes.map((scope) => ({
      replaceOne: { filter: { _id: scope._id }, replacement: scope, upsert: true },
    }));
    await collections.scopes.bulkWrite(checkpoints, { session });
  }
  await createReferences(collections, session).unmark();
  if (part === 'confirmed') {
    const filter = { run_id: run._id, state: 'confirmed' as const };
    await collections.holds.updateMany(filter, { $set: { state: 'published' } }, { session });
  }
  const set = { published_at: new Date(), published_to: null, archive: 'due' as const, changes: counts };
  await collections.runs.updateOne({ _id: run._id }, { $set: set }, { session });
}
