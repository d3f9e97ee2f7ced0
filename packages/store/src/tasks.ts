import {
  type BlockedBy,
  type ErrorRecord,
  isEnd,
  type KindName,
  type KindProgress,
  type RequestCounts,
  type TaskState,
  taskTransitions,
} from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { fetchSize } from './batches.ts';
import { createClaim, createStartCreate, mostTogether } from './claim-tasks.ts';
import { byDueTime, byState, byWindow, type Collections } from './collections.ts';
import type { TaskDocument, TaskResult } from './documents.ts';
import { type TaskEnd, taskEnd } from './task-end.ts';
import { progressOf, rowsOf } from './task-progress.ts';
import { openOf, type StagedKind } from './task-stages.ts';
import { openTaskStates } from './task-states.ts';
import { openSweeps } from './task-sweeps.ts';
import { fillWindow } from './task-windows.ts';
import { together } from './together.ts';
import { asOfOneInstant, isDuplicateKey } from './transactions.ts';

/** What a planner gives; all else begins the same. */
export type PlannedTask = Pick<
  TaskDocument,
  'run_id' | 'kind' | 'action' | 'subject' | 'title' | 'parents' | 'target' | 'order' | 'counted'
> & {
  readonly state?: TaskState;
  readonly error?: ErrorRecord | null;
  readonly blocked_by?: BlockedBy | null;
  readonly result?: TaskResult | null;
  readonly not_before?: Date | null;
};

const zeroCounts: RequestCounts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };

/** What makes a task this task. */
type TaskIdentity = Pick<TaskDocument, 'run_id' | 'kind' | 'action' | 'subject'>;

/** The id of a task: the same for the same work of the same run. */
export function taskId(task: TaskIdentity): string {
  return [task.run_id, task.kind, task.action, task.subject].join('-');
}

function toDocument(task: PlannedTask, now: Date): TaskDocument {
  const state = task.state ?? 'queued';
  return {
    ...task,
    _id: taskId(task),
    state,
    window: null,
    enqueued: 0,
    attempts: 0,
    starts: 0,
    not_before: task.not_before ?? null,
    owner: null,
    fence: 0,
    claimed_at: null,
    error: task.error ?? null,
    blocked_by: task.blocked_by ?? null,
    result: task.result ?? null,
    counts: zeroCounts,
    created_at: now,
    ended_at: isEnd(taskTransitions, state) ? now : null,
  };
}

/** Tasks: units of remote work, stored before they are enqueued. */
export function createTasks(db: mongo.Db, collections: Collections) {
  const { tasks } = collections;

  function openIn(runId: string, kind: KindName, window: number): Promise<TaskDocument[]> {
    return tasks
      .find({ run_id: runId, kind, window, state: { $in: openTaskStates } }, asOfOneInstant)
      .sort({ order: 1 })
      .hint(byWindow)
      .toArray();
  }

  const claim = createClaim(collections);
  const startCreate = createStartCreate(collections);
  const endTogether = together(
    mostTogether,
    ({ filter }: ReturnType<typeof taskEnd>) => filter._id,
    async (ends) => {
      await tasks.bulkWrite(
        ends.map((updateOne) => ({ updateOne })),
        { ordered: false },
      );
      return ends.map(() => undefined);
    },
  );

  return {
    /** Stores tasks that are not stored yet. */
    async plan(planned: readonly PlannedTask[]): Promise<void> {
      const now = new Date();
      for (let at = 0; at < planned.length; at += 1000) {
        const batch = planned.slice(at, at + 1000).map((task) => toDocument(task, now));
        await tasks.insertMany(batch, { ordered: false }).catch((error: unknown) => {
          // Planned before, by this process or another: stored as it was then.
          if (!isDuplicateKey(error)) throw error;
        });
      }
    },

    /** The same as a part of a transaction, which a task that is stored already must not end. */
    async planWithin(planned: readonly PlannedTask[], session: mongo.ClientSession): Promise<void> {
      const now = new Date();
      const writes = planned.map((task) => {
        const { _id, ...document } = toDocument(task, now);
        return { updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true } };
      });
      if (writes.length > 0) await tasks.bulkWrite(writes, { session });
    },

    get: (id: string): Promise<TaskDocument | null> => tasks.findOne({ _id: id }),

    /** The task of a piece of work; null when the run has none for it. */
    of: (identity: TaskIdentity): Promise<TaskDocument | null> => tasks.findOne({ _id: taskId(identity) }),

    /**
     * Takes a task for one attempt. One that another is at work on is taken over: reads may be made twice, and of two
     * claims only the later counts, by its fence. Null when the task is done or not due.
     */
    claim: (id: string, owner: string): Promise<TaskDocument | null> => claim({ id, owner }),

    /** See {@link createStartCreate}. */
    startCreate: (id: string, owner: string) => startCreate({ id, owner }),

    /** Says whether a claim still is the one that counts. */
    async isHeld(id: string, fence: number): Promise<boolean> {
      return (await tasks.countDocuments({ _id: id, fence, state: 'running' }, { limit: 1 })) === 1;
    },

    /**
     * Puts a task back; it is due when the delay has passed. A claim that was overtaken changes nothing.
     *
     * @param fence of the claim; of a task that is never claimed the one that it has
     */
    async putBack(
      id: string,
      fence: number,
      patch: { delayMs: number; failedAttempt: boolean; error?: ErrorRecord | null },
      counts: RequestCounts,
    ): Promise<void> {
      await tasks.updateOne({ _id: id, fence, state: { $in: openTaskStates } }, [
        {
          $set: {
            state: patch.delayMs > 0 ? 'waiting' : 'queued',
            not_before: patch.delayMs > 0 ? { $add: ['$$NOW', Math.ceil(patch.delayMs)] } : null,
            owner: null,
            starts: 0,
            attempts: { $add: ['$attempts', patch.failedAttempt ? 1 : 0] },
            ...(patch.error === undefined ? {} : { error: { $literal: patch.error } }),
            ...sums(counts),
          },
        },
      ]);
    },

    /**
     * Ends a task.
     *
     * @param fence of the claim that did the work; null where the task was never claimed
     * @returns false when the claim was overtaken or the task had ended
     */
    async end(
      id: string,
      fence: number | null,
      end: TaskEnd,
      counts: RequestCounts,
      session?: mongo.ClientSession,
    ): Promise<boolean> {
      const { filter, update } = taskEnd(id, fence, end, counts);
      return (await tasks.updateOne(filter, update, session === undefined ? {} : { session })).modifiedCount === 1;
    },

    /** The same for the holder of a claim who need not know whether it was overtaken: many at once cost one command. */
    endClaimed: (id: string, fence: number, end: TaskEnd, counts: RequestCounts): Promise<void> =>
      endTogether(taskEnd(id, fence, end, counts)),

    /** Ends every task of a run that is still open. */
    async endOpen(runId: string, end: TaskEnd): Promise<void> {
      const set = { state: end.state, error: end.error ?? null, ended_at: new Date(), owner: null };
      await tasks.updateMany({ run_id: runId, state: { $in: openTaskStates } }, { $set: set });
    },

    /** Open tasks in order. */
    open({ run, kind, stage }: StagedKind, limit: number): Promise<TaskDocument[]> {
      return tasks
        .find(openOf(run, kind, stage), asOfOneInstant)
        .sort({ order: 1 })
        .hint(byState)
        .limit(limit)
        .toArray();
    },

    /** Open tasks of a window, counted no further than the limit. */
    countOpen(runId: string, kind: KindName, window: number, limit: number): Promise<number> {
      const filter = { run_id: runId, kind, window, state: { $in: openTaskStates } };
      return tasks.countDocuments(filter, { ...asOfOneInstant, limit });
    },

    /** Says whether any task of these kinds is open in a stage. */
    async isAnyOpen(runId: string, names: readonly KindName[], stage: StagedKind['stage']): Promise<boolean> {
      const filter = openOf(runId, { $in: [...names] }, stage);
      return (await tasks.countDocuments(filter, { ...asOfOneInstant, limit: 1 })) > 0;
    },

    /** Says whether an open task is in no window. */
    async isAnyUnwindowed({ run, kind, stage }: StagedKind): Promise<boolean> {
      const filter = { ...openOf(run, kind, stage), window: null };
      return (await tasks.countDocuments(filter, { ...asOfOneInstant, limit: 1 })) > 0;
    },

    /** See {@link fillWindow}. Gives its open tasks. */
    async fillWindow(staged: StagedKind, window: number, size: number): Promise<TaskDocument[]> {
      await fillWindow(db, collections, staged, window, size);
      return openIn(staged.run, staged.kind, window);
    },

    /** Counts another enqueueing of tasks, whose jobs are gone; the new number is part of each job's id. */
    async enqueued(ids: readonly string[]): Promise<void> {
      await tasks.updateMany({ _id: { $in: [...ids] } }, { $inc: { enqueued: 1 } });
    },

    /** Waiting tasks of open runs whose time has come. */
    due(runIds: readonly string[], limit: number): Promise<TaskDocument[]> {
      const filter = {
        run_id: { $in: [...runIds] },
        state: 'waiting' as const,
        $expr: { $lte: ['$not_before', '$$NOW'] },
      };
      return tasks.find(filter).sort({ not_before: 1 }).hint(byDueTime).limit(limit).toArray();
    },

    /** From waiting to queued, counting the enqueueing. False when another process was first. */
    async promote(task: TaskDocument): Promise<boolean> {
      const filter = { _id: task._id, state: 'waiting' as const, enqueued: task.enqueued };
      const update = { $set: { state: 'queued' as const, not_before: null }, $inc: { enqueued: 1 } };
      return (await tasks.updateOne(filter, update)).modifiedCount === 1;
    },

    /** When the first of the waiting tasks is due; null when none waits. */
    async nextDue({ run, kind, stage }: StagedKind): Promise<Date | null> {
      const filter = { ...openOf(run, kind, stage), state: 'waiting' as const };
      // Waiting tasks of all runs lie in this order; there are at most two runs under way.
      const first = await tasks.find(filter).sort({ not_before: 1 }).hint(byDueTime).limit(1).next();
      return first?.not_before ?? null;
    },

    /** See {@link openSweeps}. */
    openSweeps: (runId: string, limit: number): Promise<TaskDocument[]> => openSweeps(collections, runId, limit),

    /** See {@link rowsOf}. */
    rows: (runIds: readonly string[]): ReturnType<typeof rowsOf> => rowsOf(collections, runIds),

    /** How a run's tasks stand, by kind. Kinds without tasks are left out. */
    async progress(runIds: readonly string[]): Promise<Map<string, Map<KindName, KindProgress>>> {
      return progressOf(collections, runIds);
    },

    /** Requests made by runs so far. */
    async requestCounts(runIds: readonly string[]): Promise<Map<string, RequestCounts>> {
      const sum = (field: string) => ({ $sum: `$counts.${field}` });
      const grouped = await tasks
        .aggregate<RequestCounts & { _id: string }>(
          [
            { $match: { run_id: { $in: [...runIds] } } },
            {
              $group: {
                _id: '$run_id',
                requests: sum('requests'),
                retries: sum('retries'),
                rate_limited: sum('rate_limited'),
                waited_ms: sum('waited_ms'),
              },
            },
          ],
          asOfOneInstant,
        )
        .toArray();
      return new Map(grouped.map(({ _id, ...counts }) => [_id, counts]));
    },

    /** A page of tasks in the order in which they were planned. */
    async list(
      filter: mongo.Filter<TaskDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: TaskDocument[]; total: number }> {
      const found = tasks.find(filter).sort({ kind: 1, order: 1, _id: 1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), tasks.countDocuments(filter)]);
      return { items, total };
    },

    /** Every task that fits, one after the other, in no order. */
    each: (filter: mongo.Filter<TaskDocument>): AsyncIterable<TaskDocument> => {
      return tasks.find(filter, { batchSize: fetchSize });
    },
  };
}

function sums(counts: RequestCounts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [`counts.${name}`, { $add: [`$counts.${name}`, value] }]),
  );
}

export type Tasks = ReturnType<typeof createTasks>;
