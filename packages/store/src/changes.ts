import type { EntityFields, KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { createParts, type Origin, type Part, plannerOf } from './change-parts.ts';
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

/** Changes of one sort that are staged. */
export interface ChangeSum {
  readonly kind: KindName;
  readonly operation: ChangeDocument['operation'];
  readonly count: number;
  /** Those of entities that were edited here in the same field. */
  readonly conflicts: number;
}

type KeyOfTask = Pick<ChangeDocument, 'key' | 'task_id'>;
const removalsAtOnce = 10_000;
const batchSize = 1000;

/** What the rows of changes must be, as a filter of the changes. */
function ofRows(filter: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).map(([field, value]) => [`after.${field}`, value]));
}

/** Change sets: what a run would change in production, kept until it is published. */
export function createChanges(collections: Collections) {
  const { changes } = collections;
  const parts = createParts(collections);

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

    /** Takes back what was staged of these entities, by whom ever. */
    async retract(
      runId: string,
      kind: KindName,
      operations: readonly ChangeDocument['operation'][],
      of: mongo.Filter<ChangeDocument>,
    ): Promise<void> {
      await changes.deleteMany({ ...of, run_id: runId, kind, operation: { $in: [...operations] } });
    },

    /** The source of changes that no list shows, such as removals of what hung on a removed parent. */
    planner: (runId: string, kind: KindName, origin: Origin = 'plan'): ChangeSource => ({
      run_id: runId,
      kind,
      task_id: plannerOf(runId, kind, origin),
      fence: 0,
    }),

    /** Keys that the run inserts or removes, by operation; what was staged in vain is left out. */
    async keys(runId: string, kind: KindName, operation: 'insert' | 'remove', part: Part = 'free'): Promise<string[]> {
      return (await parts.only(runId, kind, part, { operation }, ['key'])).map(({ key }) => key);
    },

    /** Keys that each task of a kind would remove, in batches. */
    async *removals(runId: string, kind: KindName): AsyncIterable<KeyOfTask[]> {
      const fences = await parts.lists(runId, kind, 'free');
      const query = { run_id: runId, kind, operation: 'remove' as const };
      const found = changes.find(query).project<KeyOfTask & { fence: number }>({ key: 1, task_id: 1, fence: 1 });
      let batch: KeyOfTask[] = [];
      for await (const change of found) {
        if (fences.get(change.task_id) !== change.fence) continue;
        batch.push(change);
        if (batch.length < removalsAtOnce) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },

    /** Those of these entities that lists of the run show, with the task that read the list. */
    shown: (runId: string, kind: KindName, keys: readonly string[]): Promise<KeyOfTask[]> =>
      parts.only(runId, kind, 'all', { operation: { $in: ['insert', 'update'] }, key: { $in: [...keys] } }, ['key']),

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
      part: Part = 'free',
    ): Promise<Pick<ChangeDocument, 'key' | 'after'>[]> {
      const wanted = fields.map((field) => `after.${field}` as const);
      const operation = { $in: ['insert' as const, 'update' as const] };
      return parts.only(runId, kind, part, { ...ofRows(filter), operation }, ['key', ...wanted]);
    },

    /** The numbers that a field has in rows to be inserted or updated, each once; also of those in vain. */
    async numbers(runId: string, kind: KindName, field: string): Promise<number[]> {
      const found = changes.aggregate<{ _id: unknown }>([
        { $match: { run_id: runId, kind, operation: { $in: ['insert', 'update'] } } },
        { $group: { _id: `$after.${field}` } },
      ]);
      return (await found.toArray()).flatMap(({ _id }) => (typeof _id === 'number' ? [_id] : []));
    },

    /** The values that fields have in such rows, each combination once. */
    distinct(
      runId: string,
      kind: KindName,
      fields: readonly string[],
      filter: Record<string, unknown> = {},
    ): Promise<EntityFields[]> {
      const combination = Object.fromEntries(fields.map((field) => [field, `$after.${field}`]));
      return changes
        .aggregate<EntityFields>([
          { $match: { run_id: runId, kind, operation: { $in: ['insert', 'update'] }, ...ofRows(filter) } },
          { $group: { _id: combination } },
          { $replaceWith: '$_id' },
        ])
        .toArray();
    },

    /**
     * What counts of a kind's change set, in batches.
     *
     * @param size of a batch at most
     * @param after `_id` of the last change that is not wanted any more
     */
    async *batches(
      runId: string,
      kind: KindName,
      operations: readonly ChangeDocument['operation'][],
      size: number,
      after: string | null = null,
      part: Part = 'free',
    ): AsyncIterable<ChangeDocument[]> {
      const from = after === null ? {} : { _id: { $gt: after } };
      const query = { run_id: runId, kind, operation: { $in: [...operations] }, ...from };
      const fences = await parts.fences(runId, kind, part);
      const found = changes.find(query, { batchSize: size }).sort({ _id: 1 });
      // As the server sends them: one by one, the iterator costs more than the reading.
      while (await found.hasNext()) {
        const batch = found.readBufferedDocuments().filter((change) => fences.get(change.task_id) === change.fence);
        if (batch.length > 0) yield batch;
      }
    },

    /** What of an entity a run has published. */
    async madeOf(runId: string, kind: KindName, key: string): Promise<ChangeDocument[]> {
      const fences = await parts.fences(runId, kind, 'made');
      const found = await changes.find({ run_id: runId, kind, key, passed_over: { $ne: true } }).toArray();
      return found.filter((change) => fences.get(change.task_id) === change.fence);
    },

    /** How many changes are staged, also in vain; with a limit, at most so many are counted. */
    count: (runId: string, limit?: number): Promise<number> =>
      changes.countDocuments({ run_id: runId }, limit === undefined ? {} : { limit }),

    /** How many changes are staged, by kind and operation; also those that were staged in vain. */
    async sums(runId: string, part: Part = 'free'): Promise<ChangeSum[]> {
      const inConflict = { $cond: [{ $isArray: '$conflicts' }, 1, 0] };
      const sums = { count: { $sum: 1 }, conflicts: { $sum: inConflict } };
      const grouped = changes.aggregate<{
        _id: Pick<ChangeSum, 'kind' | 'operation'>;
        count: number;
        conflicts: number;
      }>([
        { $match: await parts.filter(runId, part) },
        { $group: { _id: { kind: '$kind', operation: '$operation' }, ...sums } },
      ]);
      return (await grouped.toArray()).map(({ _id, ...counted }) => ({ ..._id, ...counted }));
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

    /** Forgets a change set, or a part; what was published of it is in the history. */
    async discard(runId: string, part: Part = 'all'): Promise<void> {
      await changes.deleteMany(part === 'all' ? { run_id: runId } : await parts.filter(runId, part));
    },

    /** Forgets what was staged in vain, so that all that is left counts. */
    async prune(runId: string): Promise<void> {
      const grouped = changes.aggregate<{ _id: Pick<ChangeDocument, 'kind' | 'task_id' | 'fence'> }>([
        { $match: { run_id: runId } },
        { $group: { _id: { kind: '$kind', task_id: '$task_id', fence: '$fence' } } },
      ]);
      const sources = (await grouped.toArray()).map(({ _id }) => _id);
      for (const kind of new Set(sources.map((source) => source.kind))) {
        const fences = await parts.fences(runId, kind, 'all');
        const vain = sources.filter((source) => source.kind === kind && fences.get(source.task_id) !== source.fence);
        for (const { task_id, fence } of vain) await changes.deleteMany({ task_id, fence });
      }
    },

    /** What a query for the changes of a run must have so that it finds a part. */
    filterOf: parts.filter,
  };
}

export type Changes = ReturnType<typeof createChanges>;
