import {
  type ErrorRecord,
  hasEnded,
  type KindChanges,
  type KindName,
  type Operation,
  openRunStates,
  operations,
  type PlanSummary,
  type RunState,
  runTransitions,
  sourcesOf,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { KindPlan, RunDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

/** What a trigger asks for. */
export type RunRequest = Pick<
  RunDocument,
  | 'operation'
  | 'mode'
  | 'kinds'
  | 'only'
  | 'filters'
  | 'dry_run'
  | 'conflicts'
  | 'confirm'
  | 'requested_by'
  | 'schedule'
  | 'retry_of'
  | 'adopt'
  | 'from_plan'
  | 'asked'
  | 'undo'
> & { idempotency_key: string | null; max_age_hours?: number | null };

/** `created`; `repeated`: the key was used before; `busy`: one of the operation is under way. */
export type TriggerResult = { readonly outcome: 'created' | 'repeated' | 'busy'; readonly run: RunDocument };

export interface RunPage {
  readonly items: RunDocument[];
  readonly total: number;
}

/** Runs that show how often such runs are made. */
const mostTimes = 6;
const openStates = [...openRunStates];

/** Runs: stored before anything is enqueued; at most one of each operation holds the slot and may go on. */
export function createRuns(collections: Collections) {
  const { runs } = collections;

  async function insert(request: RunRequest, slot: Operation | null): Promise<RunDocument> {
    const run: RunDocument = {
      ...request,
      max_age_hours: request.max_age_hours ?? null,
      expected: null,
      _id: new Types.ObjectId().toHexString(),
      status: 'queued',
      slot,
      generation: 1,
      stop: null,
      error: null,
      plan: {},
      changes: {},
      published_at: null,
      published_to: null,
      archive: null,
      held: 0,
      keep_until: null,
      created_at: new Date(),
      started_at: null,
      ended_at: null,
    };
    await runs.insertOne(run);
    return run;
  }

  /** Of a run that has not ended. */
  async function change(id: string, target: RunState, set: Partial<RunDocument>): Promise<RunDocument | null> {
    const sources = sourcesOf(runTransitions, target).filter((state) => !hasEnded(state));
    const filter = { _id: id, status: { $in: sources } };
    return runs.findOneAndUpdate(filter, { $set: { ...set, status: target } }, { returnDocument: 'after' });
  }

  const parts = {
    /**
     * Stores a run.
     *
     * @param behind wait for the running one to end, instead of being turned away
     */
    async trigger(request: RunRequest, behind: boolean): Promise<TriggerResult> {
      for (;;) {
        if (request.idempotency_key !== null) {
          const earlier = await runs.findOne({ idempotency_key: request.idempotency_key });
          if (earlier !== null) return { outcome: 'repeated', run: earlier };
        }
        try {
          return { outcome: 'created', run: await insert(request, request.operation) };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const holder = await runs.findOne({ slot: request.operation });
        if (holder !== null && holder.idempotency_key !== null && holder.idempotency_key === request.idempotency_key) {
          return { outcome: 'repeated', run: holder };
        }
        if (holder !== null && !behind) return { outcome: 'busy', run: holder };
        if (holder !== null) {
          try {
            const run = await insert(request, null);
            await parts.giveSlot(request.operation);
            return { outcome: 'created', run };
          } catch (error) {
            if (!isDuplicateKey(error)) throw error;
          }
        }
      }
    },

    get: (id: string): Promise<RunDocument | null> => runs.findOne({ _id: id }),

    many: (ids: readonly string[]): Promise<RunDocument[]> => runs.find({ _id: { $in: [...ids] } }).toArray(),

    /** The run that was asked for with a key. */
    withKey: (key: string): Promise<RunDocument | null> => runs.findOne({ idempotency_key: key }),

    async list(filter: mongo.Filter<RunDocument>, skip: number, limit: number): Promise<RunPage> {
      const found = runs.find(filter).sort({ created_at: -1, _id: -1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), runs.countDocuments(filter)]);
      return { items, total };
    },

    /** Runs of a schedule that have not ended, the latest first; but for the one that was asked for with a key. */
    openOf(scheduleId: string, key: string): Promise<RunDocument[]> {
      const filter = { 'schedule.id': scheduleId, status: { $in: openStates }, idempotency_key: { $ne: key } };
      return runs.find(filter).sort({ created_at: -1 }).toArray();
    },

    /** Runs that hold their operation's slot and have not ended. */
    holding: (): Promise<RunDocument[]> => runs.find({ slot: { $in: [...operations] } }).toArray(),

    /** Gives a free slot to the run that has waited longest. */
    async giveSlot(operation: Operation): Promise<RunDocument | null> {
      try {
        const filter = { operation, status: 'queued' as const, slot: null };
        const update = { $set: { slot: operation } };
        return await runs.findOneAndUpdate(filter, update, { sort: { created_at: 1 }, returnDocument: 'after' });
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },

    start: (id: string): Promise<RunDocument | null> => change(id, 'running', { started_at: new Date() }),

    /** Makes all jobs of the generation void. Null when another process was first. */
    nextGeneration(id: string, from: number): Promise<RunDocument | null> {
      const filter = { _id: id, generation: from, status: { $in: openStates } };
      return runs.findOneAndUpdate(filter, { $inc: { generation: 1 } }, { returnDocument: 'after' });
    },

    /**
     * Asks a run to stop; the first reason stays. One that nobody has started ends at once. Null when it has ended or is
     * publishing.
     */
    async requestStop(
      id: string,
      reason: 'cancelled' | 'failed',
      error: ErrorRecord | null,
    ): Promise<RunDocument | null> {
      const filter = { _id: id, stop: null, status: { $in: ['queued' as const, 'running' as const] } };
      const isUnbegun = { $eq: ['$status', 'queued'] };
      const set = {
        stop: { reason, at: '$$NOW' },
        error: { $literal: error },
        status: { $cond: [isUnbegun, reason, '$status'] },
        ended_at: { $cond: [isUnbegun, '$$NOW', '$ended_at'] },
        slot: { $cond: [isUnbegun, null, '$slot'] },
      };
      const stopped = await runs.findOneAndUpdate(filter, [{ $set: set }], { returnDocument: 'after' });
      if (stopped !== null && stopped.slot === null) await parts.giveSlot(stopped.operation);
      return stopped;
    },

    setPlan(id: string, kind: KindName, plan: KindPlan): Promise<RunDocument | null> {
      return runs.findOneAndUpdate({ _id: id }, { $set: { [`plan.${kind}`]: plan } }, { returnDocument: 'after' });
    },

    /** Notes what an import is to read, before its first request. */
    async expect(id: string, expected: Partial<Record<KindName, number>>): Promise<void> {
      await runs.updateOne({ _id: id, expected: null }, { $set: { expected } });
    },

    /** When runs like this one were asked for, the latest first; not those that only looked. */
    async timesOf({ operation, mode, kinds, max_age_hours: age = null }: RunDocument, since: Date): Promise<Date[]> {
      const filter = {
        operation,
        mode,
        kinds,
        max_age_hours: age,
        only: null,
        dry_run: false,
        created_at: { $gte: since },
      };
      const found = runs.find(filter).sort({ created_at: -1 }).limit(mostTimes);
      return (await found.toArray()).map((run) => run.created_at);
    },

    /** Notes what the plan of an export comes to. */
    async setPlanned(id: string, planned: PlanSummary): Promise<void> {
      await runs.updateOne({ _id: id }, { $set: { planned } });
    },

    /**
     * The plan that a run is to carry out holds: from here on it is carried out, kind by kind from the first, in a flow of
     * the next generation. Null when the run was stopped, or another process was first.
     */
    planHolds(id: string, generation: number): Promise<RunDocument | null> {
      const filter = { _id: id, generation, status: 'running' as const, stop: null, checked_at: { $exists: false } };
      const update = { $set: { checked_at: new Date(), plan: {} }, $inc: { generation: 1 } };
      return runs.findOneAndUpdate(filter, update, { returnDocument: 'after' });
    },

    /** All removals of a kind are planned. */
    async setRemovalsPlanned(id: string, kind: KindName): Promise<void> {
      await runs.updateOne({ _id: id }, { $set: { [`plan.${kind}.removals`]: 'ready' } });
    },

    /** Takes the next window of a kind's tasks. False when another process did. */
    async advanceWindow(id: string, kind: KindName, from: number): Promise<boolean> {
      const filter: mongo.Filter<RunDocument> = { _id: id, [`plan.${kind}.windows`]: from };
      return (await runs.updateOne(filter, { $inc: { [`plan.${kind}.windows`]: 1 } })).modifiedCount === 1;
    },

    /** From here on the run is completed, whatever happens. Null when it was stopped first. */
    publishing(id: string): Promise<RunDocument | null> {
      const filter = { _id: id, $or: [{ status: 'running' as const, stop: null }, { status: 'publishing' as const }] };
      return runs.findOneAndUpdate(filter, { $set: { status: 'publishing' } }, { returnDocument: 'after' });
    },

    /**
     * Ends a run and gives its slot to the next. Null when it had ended before.
     *
     * @param keepUntil how long what it has not published may still be
     */
    async finish(
      id: string,
      status: RunState,
      changes: Partial<Record<KindName, KindChanges>>,
      error: ErrorRecord | null,
      keepUntil: Date | null = null,
    ): Promise<RunDocument | null> {
      const end = { ended_at: new Date(), slot: null, keep_until: keepUntil };
      const ended = await change(id, status, { ...end, changes, error });
      if (ended !== null) await parts.giveSlot(ended.operation);
      return ended;
    },

    /** An export that had succeeded has left what a person must see to, as was found since. Again it changes nothing. */
    async foundLacking(id: string): Promise<RunDocument | null> {
      const filter = { _id: id, operation: 'export' as const, dry_run: false, status: 'succeeded' as const };
      await runs.updateOne(filter, { $set: { status: 'partial' as const } });
      return parts.get(id);
    },

    /**
     * Lets a dry run that has ended go on, so that it is published; it takes the slot of its operation. Null when it is not
     * one that can be, or no more; `busy` while another holds the slot.
     */
    async reopen(id: string): Promise<RunDocument | 'busy' | null> {
      const filter: mongo.Filter<RunDocument> = {
        _id: id,
        dry_run: true,
        published_at: null,
        keep_until: { $type: 'date' },
        status: { $in: sourcesOf(runTransitions, 'publishing').filter(hasEnded) },
      };
      const set = { status: 'publishing', slot: '$operation', ended_at: null, changes: { $literal: {} }, error: null };
      const update = [{ $set: { ...set, generation: { $add: ['$generation', 1] } } }];
      try {
        return await runs.findOneAndUpdate(filter, update, { returnDocument: 'after' });
      } catch (error) {
        if (isDuplicateKey(error)) return 'busy';
        throw error;
      }
    },

    /** Ended runs whose change sets are still to be moved into the history. */
    toArchive(endedBefore: Date): Promise<RunDocument[]> {
      return runs.find({ archive: { $in: ['due', 'copied'] }, ended_at: { $lt: endedBefore } }).toArray();
    },

    /** Those of the runs whose stop was asked for or that are over. */
    async stopped(ids: readonly string[]): Promise<RunDocument[]> {
      return runs.find({ _id: { $in: [...ids] }, $or: [{ stop: { $ne: null } }, { slot: null }] }).toArray();
    },
  };
  return parts;
}

export type Runs = ReturnType<typeof createRuns>;
