import {
  type ErrorRecord,
  type HoldState,
  holdTransitions,
  type KindName,
  keptHolds,
  sourcesOf,
} from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { archive } from './archive.ts';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { HoldDocument, RunDocument } from './documents.ts';
import { taskId } from './tasks.ts';
import { inTransaction, isDuplicateKey } from './transactions.ts';

/** What came of the wish to have held lists published. `busy`: another import is under way. */
export type Confirmation =
  | { readonly outcome: 'confirmed'; readonly run: RunDocument }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'moved_on' };

/** Holds: what imports keep back until a person confirms it. */
export function createHolds(db: mongo.Db, collections: Collections, changeSets: Changes) {
  const { changes, holds, runs, tasks, scopes } = collections;

  /** Sets a state, from every one that may become it. @returns how many have it now and had another */
  async function change(
    filter: mongo.Filter<HoldDocument>,
    state: HoldState,
    session: mongo.ClientSession,
    more: Partial<HoldDocument> = {},
  ): Promise<number> {
    const from = { $in: sourcesOf(holdTransitions, state) };
    const update = { $set: { ...more, state } };
    return (await holds.updateMany({ ...filter, state: from }, update, { session })).modifiedCount;
  }

  function countHeld(runId: string, session: mongo.ClientSession): Promise<number> {
    return holds.countDocuments({ run_id: runId, state: 'held' }, { session });
  }

  return {
    /** Says whether any list of a kind has lost rows, or was odd. */
    async isAnythingOdd(runId: string, kind: KindName): Promise<boolean> {
      const isOdd = [
        { 'result.changes.removed': { $gt: 0 } },
        { 'result.doubts': { $exists: true } },
        { 'result.lost_parent': { $exists: true } },
      ];
      const filter = { run_id: runId, kind, state: 'completed' as const, action: 'list' as const, $or: isOdd };
      return (await tasks.countDocuments(filter, { limit: 1 })) > 0;
    },

    /**
     * Decides once for all what of a kind is held, when its tasks have ended.
     *
     * @returns the run as it then is; it had been decided before where its `plan` says so
     */
    async settle(runId: string, kind: KindName, found: readonly HoldDocument[]): Promise<RunDocument | null> {
      const filter: mongo.Filter<RunDocument> = { _id: runId, [`plan.${kind}.phase`]: 'ready' };
      const settled = { $set: { [`plan.${kind}.phase`]: 'settled' } };
      if (found.length === 0) {
        const run = await runs.findOneAndUpdate(filter, settled, { returnDocument: 'after' });
        return run ?? runs.findOne({ _id: runId });
      }
      return inTransaction(db, async (session) => {
        const update = { ...settled, $inc: { held: found.length } };
        const run = await runs.findOneAndUpdate(filter, update, { session, returnDocument: 'after' });
        if (run === null) return runs.findOne({ _id: runId }, { session });
        await holds.insertMany([...found], { session });
        return run;
      });
    },

    /** Holds of a run, of some kinds or all, in a fixed order. */
    of(runId: string, kinds?: readonly KindName[]): Promise<HoldDocument[]> {
      const filter = { run_id: runId, ...(kinds === undefined ? {} : { kind: { $in: [...kinds] } }) };
      return holds.find(filter).sort({ _id: 1 }).toArray();
    },

    async list(
      filter: mongo.Filter<HoldDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: HoldDocument[]; total: number }> {
      const found = holds.find(filter).sort({ _id: 1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), holds.countDocuments(filter)]);
      return { items, total };
    },

    /**
     * Notes that a person wants held lists published, and lets the run go on. It takes the slot of its operation. What the
     * run has published before leaves the change set first: from then on all that goes with the confirmed lists is in it.
     *
     * @param ids of holds that are all held
     */
    async confirm(run: RunDocument, ids: readonly string[]): Promise<Confirmation> {
      const now = await runs.findOne({ _id: run._id });
      if (now !== null) await archive(collections, changeSets, now);
      try {
        return await inTransaction(db, async (session): Promise<Confirmation> => {
          const filter = { _id: run._id, status: 'held' as const, archive: null };
          const set = { status: 'publishing' as const, slot: run.operation, ended_at: null, error: null };
          const update = { $set: set, $inc: { generation: 1, held: -ids.length } };
          const reopened = await runs.findOneAndUpdate(filter, update, { session, returnDocument: 'after' });
          const changed = await change({ _id: { $in: [...ids] } }, 'confirmed', session);
          if (reopened === null || changed !== ids.length) {
            await session.abortTransaction();
            return { outcome: 'moved_on' };
          }
          return { outcome: 'confirmed', run: reopened };
        });
      } catch (error) {
        if (isDuplicateKey(error)) return { outcome: 'busy' };
        throw error;
      }
    },

    /** Holds again what could not be published, with the reason, and ends the run. Null when nothing was on its way. */
    async release(run: RunDocument, error: ErrorRecord): Promise<RunDocument | null> {
      return inTransaction(db, async (session) => {
        if ((await change({ run_id: run._id }, 'held', session)) === 0) return null;
        const set = { status: 'held' as const, slot: null, ended_at: new Date(), error, published_to: null };
        const filter = { _id: run._id, status: 'publishing' as const };
        const update = { $set: { ...set, held: await countHeld(run._id, session) } };
        return runs.findOneAndUpdate(filter, update, { session, returnDocument: 'after' });
      });
    },

    /**
     * Lets an import take the place of what earlier ones hold of the lists that it has read. An earlier run of which
     * nothing waits any more is over.
     */
    async replace(run: RunDocument): Promise<void> {
      const older = await holds.find({ state: 'held', run_id: { $ne: run._id } }).toArray();
      if (older.length === 0) return;
      const idOf = ({ kind, scope }: HoldDocument) => taskId({ run_id: run._id, kind, action: 'list', subject: scope });
      const read = await tasks.find({ _id: { $in: older.map(idOf) }, state: 'completed' }).toArray();
      const readAt = new Map(
        read.map(({ _id, result }) => [_id, result?.partial === true ? null : result?.requested_at]),
      );
      const replaced = older.filter((hold) => (readAt.get(idOf(hold)) ?? new Date(0)) > hold.requested_at);
      for (const [runId, found] of Map.groupBy(replaced, ({ run_id }) => run_id)) {
        await inTransaction(db, async (session) => {
          await change({ _id: { $in: found.map(({ _id }) => _id) } }, 'replaced', session, { replaced_by: run._id });
          await closeWhenEmpty(runId, session);
        });
        await changes.deleteMany({ task_id: { $in: found.map(({ task_id }) => task_id) } });
      }
    },

    /** Gives up what nobody has confirmed in time. */
    async expire(runId: string): Promise<void> {
      await inTransaction(db, async (session) => {
        await change({ run_id: runId }, 'expired', session);
        await closeWhenEmpty(runId, session);
      });
    },

    /** Forgets the holds of a run that publishes nothing. */
    async discard(runId: string): Promise<void> {
      const { deletedCount } = await holds.deleteMany({ run_id: runId });
      if (deletedCount > 0) await runs.updateOne({ _id: runId }, { $set: { held: 0 } });
    },

    /** The difference between an entity's count and its list that a person has confirmed; null where there is none. */
    async confirmedDifference(scope: string): Promise<number | null> {
      return (await scopes.findOne({ _id: scope }))?.count_difference ?? null;
    },

    isAnyKept: async (runId: string): Promise<boolean> =>
      (await holds.countDocuments({ run_id: runId, state: { $in: [...keptHolds] } }, { limit: 1 })) > 0,
  };

  /** Ends a run for good of which nothing waits for a person any more. */
  async function closeWhenEmpty(runId: string, session: mongo.ClientSession): Promise<void> {
    const held = await countHeld(runId, session);
    await runs.updateOne({ _id: runId }, { $set: { held } }, { session });
    if (held > 0) return;
    await runs.updateOne({ _id: runId, status: 'held' }, { $set: { status: 'partial' } }, { session });
  }
}

export type Holds = ReturnType<typeof createHolds>;
