import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ChangeDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

/** A difference as it is computed; the store adds whose it is. */
export type StagedChange = Omit<ChangeDocument, '_id' | 'run_id' | 'task_id' | 'fence' | 'kind'>;

/** Who stages: a claim of a task, or the plan of a kind. */
export interface ChangeSource {
  readonly run_id: string;
  readonly kind: KindName;
  readonly task_id: string;
  readonly fence: number;
}

const batchSize = 1000;

/** Change sets: what a run would change in production, kept until it is published. */
export function createChanges(collections: Collections) {
  const { changes, tasks } = collections;

  /** Fence by task of what counts: lists that were read whole, and what plans staged. */
  async function validFences(runId: string, kind: KindName): Promise<Map<string, number>> {
    const done = tasks
      .find({ run_id: runId, kind, state: 'completed', action: 'list' })
      .project<{ _id: string; fence: number }>({ fence: 1 });
    const fences = new Map((await done.toArray()).map(({ _id, fence }) => [_id, fence]));
    return fences.set(plannerOf(runId, kind), 0);
  }

  /** Forgets what this and earlier claims of the same task staged; what a later one staged stays. */
  async function clear({ task_id, fence }: ChangeSource): Promise<void> {
    await changes.deleteMany({ task_id, fence: { $lte: fence } });
  }

  /** Stages beside what the source has staged; what it has staged stays as it is. */
  async function add(source: ChangeSource, staged: readonly StagedChange[]): Promise<void> {
    for (let at = 0; at < staged.length; at += batchSize) {
      const batch = staged.slice(at, at + batchSize).map((change) => ({
        ...change,
        ...source,
        _id: `${source.task_id}:${source.fence}:${change.key}`,
      }));
      // Two who plan a kind at once stage the same under the same ids.
      await changes.insertMany(batch, { ordered: false }).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
    }
  }

  return {
    /** Replaces what earlier claims of the same task staged; what a later one staged stays. A claim stages once. */
    async stage(source: ChangeSource, staged: readonly StagedChange[]): Promise<void> {
      // Of a first claim there is nothing from before.
      if (source.fence !== 1) await clear(source);
      await add(source, staged);
    },

    clear,
    add,

    /** The source under which the plan of a kind stages removals of what hung on a removed parent. */
    planner: (runId: string, kind: KindName): ChangeSource => ({
      run_id: runId,
      kind,
      task_id: plannerOf(runId, kind),
      fence: 0,
    }),

    /** Keys that the run inserts or removes, by operation; what was staged in vain is left out. */
    async keys(runId: string, kind: KindName, operation: 'insert' | 'remove'): Promise<string[]> {
      const fences = await validFences(runId, kind);
      const found = changes
        .find({ run_id: runId, kind, operation })
        .project<Pick<ChangeDocument, 'key' | 'task_id' | 'fence'>>({ key: 1, task_id: 1, fence: 1 });
      return (await found.toArray())
        .filter((change) => fences.get(change.task_id) === change.fence)
        .map(({ key }) => key);
    },

    /**
     * Entities of a kind as the run would insert or update them.
     *
     * @param fields that are wanted of them
     */
    async inserted(
      runId: string,
      kind: KindName,
      fields: readonly string[],
      filter: Record<string, unknown> = {},
    ): Promise<Pick<ChangeDocument, 'key' | 'after'>[]> {
      const query = Object.fromEntries(Object.entries(filter).map(([field, value]) => [`after.${field}`, value]));
      const wanted = Object.fromEntries(fields.map((field) => [`after.${field}`, 1]));
      const [fences, found] = await Promise.all([
        validFences(runId, kind),
        changes
          .find({ run_id: runId, kind, operation: { $in: ['insert', 'update'] }, ...query })
          .project<Pick<ChangeDocument, 'key' | 'after' | 'task_id' | 'fence'>>({
            key: 1,
            task_id: 1,
            fence: 1,
            ...wanted,
          })
          .toArray(),
      ]);
      return found.filter((change) => fences.get(change.task_id) === change.fence);
    },

    /**
     * What counts of a kind's change set, in batches.
     *
     * @param after `_id` of the last change that is not wanted any more
     */
    async *batches(
      runId: string,
      kind: KindName,
      operations: readonly ChangeDocument['operation'][],
      size: number,
      after: string | null = null,
    ): AsyncIterable<ChangeDocument[]> {
      const from = after === null ? {} : { _id: { $gt: after } };
      const query = { run_id: runId, kind, operation: { $in: [...operations] }, ...from };
      const fences = await validFences(runId, kind);
      const found = changes.find(query, { batchSize: size }).sort({ _id: 1 });
      let batch: ChangeDocument[] = [];
      for await (const change of found) {
        if (fences.get(change.task_id) !== change.fence) continue;
        batch.push(change);
        if (batch.length === size) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },

    count: (runId: string): Promise<number> => changes.countDocuments({ run_id: runId }),

    /** How many changes are staged, by kind and operation; also those that were staged in vain. */
    async sums(runId: string): Promise<{ kind: KindName; operation: ChangeDocument['operation']; count: number }[]> {
      const grouped = changes.aggregate<{ _id: Pick<ChangeDocument, 'kind' | 'operation'>; count: number }>([
        { $match: { run_id: runId } },
        { $group: { _id: { kind: '$kind', operation: '$operation' }, count: { $sum: 1 } } },
      ]);
      return (await grouped.toArray()).map(({ _id, count }) => ({ ..._id, count }));
    },

    async list(
      filter: mongo.Filter<ChangeDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: ChangeDocument[]; total: number }> {
      const found = changes.find(filter).sort({ _id: 1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), changes.countDocuments(filter)]);
      return { items, total };
    },

    /** Forgets a change set; what was published of it is in the history. */
    async discard(runId: string): Promise<void> {
      await changes.deleteMany({ run_id: runId });
    },
  };
}

function plannerOf(runId: string, kind: KindName): string {
  return `${runId}-${kind}-plan`;
}

export type Changes = ReturnType<typeof createChanges>;
