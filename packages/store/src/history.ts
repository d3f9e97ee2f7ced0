import { type KindName, kindNames, type Reversal, reversalOf } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { archive, entryOf } from './archive.ts';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { HistoryDocument, ProductionDocument, RunDocument } from './documents.ts';

/** A change that an import has made, and what undoing it does now. */
export interface ReversalStep {
  readonly entry: HistoryDocument;
  /** As production has it now. */
  readonly current: ProductionDocument | null;
  readonly reversal: Reversal;
}

/** Which changes of a run are meant: keys by kind; null: all. */
export type OnlyKeys = RunDocument['only'];

const batchSize = 500;

/** What was changed in production, by whom and when. */
export function createHistory(collections: Collections, changes: Changes) {
  const { history, runs, production } = collections;

  function madeBy(runId: string, kind: KindName, only: OnlyKeys): mongo.Filter<HistoryDocument> {
    return { run_id: runId, kind, ...(only === null ? {} : { key: { $in: [...(only[kind] ?? [])] } }) };
  }

  /** What was published of an entity and is still in change sets, the newest first. */
  async function notArchived(kind: KindName, key: string): Promise<HistoryDocument[]> {
    const due = await runs.find({ archive: 'due' }).sort({ published_at: -1 }).toArray();
    const found = due.map(async (run) => {
      const made = await changes.madeOf(run._id, kind, key);
      return made.map((change) => entryOf(change, run.published_at ?? new Date()));
    });
    return (await Promise.all(found)).flat();
  }

  const parts = {
    /** Changes of an entity, newest first, also those that are not moved into the history yet. */
    async ofEntity(
      kind: KindName,
      key: string,
      skip: number,
      limit: number,
    ): Promise<{ items: HistoryDocument[]; total: number }> {
      // Before the history is read: what is moved in between is found in one of both.
      const recent = await notArchived(kind, key);
      const known = recent.flatMap(({ _id }) => _id ?? []);
      const filter = { kind, key, _id: { $nin: known } };
      const first = recent.slice(skip, skip + limit);
      const rest = limit - first.length;
      const [items, total] = await Promise.all([
        rest === 0
          ? []
          : history
              .find(filter)
              .sort({ at: -1, _id: -1 })
              .skip(Math.max(0, skip - recent.length))
              .limit(rest)
              .toArray(),
        history.countDocuments(filter),
      ]);
      return { items: [...first, ...items], total: total + recent.length };
    },

    /**
     * What undoing the changes of an import to a kind does now, in batches. What it has published is moved into the
     * history first.
     *
     * @param force what was changed since is undone too
     */
    async *reversals(run: RunDocument, kind: KindName, only: OnlyKeys, force: boolean): AsyncIterable<ReversalStep[]> {
      await archive(collections, changes, run);
      let batch: HistoryDocument[] = [];
      for await (const entry of history.find(madeBy(run._id, kind, only)).sort({ _id: 1 })) {
        batch.push(entry);
        if (batch.length < batchSize) continue;
        yield await withReversals(kind, batch, force);
        batch = [];
      }
      if (batch.length > 0) yield await withReversals(kind, batch, force);
    },

    /** How many changes of a run the history has. */
    async count(runId: string, only: OnlyKeys): Promise<number> {
      const counts = kindNames.map((kind) => history.countDocuments(madeBy(runId, kind, only)));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },

    /**
     * Forgets what was changed before a time, but for since when an entity that exists has been here: what was known
     * before a request tells what that has made.
     *
     * @returns how many changes
     */
    async forgetBefore(time: Date): Promise<number> {
      const old = { at: { $lt: time } };
      let forgotten = 0;
      for await (const { kind, key, at } of history.find({ ...old, operation: 'remove' })) {
        forgotten += (await history.deleteMany({ kind, key, at: { $lte: at } })).deletedCount;
      }
      return forgotten + (await history.deleteMany({ ...old, operation: 'update' })).deletedCount;
    },
  };
  return parts;

  async function withReversals(
    kind: KindName,
    entries: readonly HistoryDocument[],
    force: boolean,
  ): Promise<ReversalStep[]> {
    const found = await production[kind].find({ _id: { $in: entries.map(({ key }) => key) } }).toArray();
    const currents = new Map(found.map((document) => [document._id, document]));
    return entries.map((entry) => {
      const current = currents.get(entry.key) ?? null;
      return { entry, current, reversal: reversalOf(entry, current, force) };
    });
  }
}

export type History = ReturnType<typeof createHistory>;
