import {
  type IntentState,
  type KindName,
  type ParentIds,
  type StrayState,
  sourcesOf,
  strayTransitions,
} from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { IntentDocument, Stray } from './documents.ts';

/** What a sender learns too late, or a sweep. */
export type FoundStray = Pick<Stray, 'key' | 'name' | 'run_id' | 'is_certain'>;

const isReported = { is_reported: true };

/** Of these nobody makes anything any more. */
const doomedStates: readonly StrayState[] = ['removing', 'removed'];

/** In all others something is under way, which the look at what became of it sees to first. */
const sweepable: IntentState[] = ['planned', 'rejected', 'blocked', 'created', 'promoted', 'undone'];

/**
 * Rows that creates have left beside the one that counts, and what may have left some: kept with the intent, by whoever
 * learns of it. Nothing here asks for a fence, since nothing here changes what the intent stands for.
 */
export function createStrays({ intents }: Collections) {
  /** The parents of which an intent is, those of a scope. */
  const within = (parents: ParentIds) =>
    Object.fromEntries(Object.entries(parents).map(([field, id]) => [`parents.${field}`, id]));
  const waiting = {
    sweep_after: { $gte: new Date(0) },
    // Parked before it was sent again: what it sent earlier may still come.
    $or: [{ state: { $in: sweepable } }, { state: 'parked' as const, parked_from: 'planned' as const }],
  };
  const isDue = { $expr: { $lte: ['$sweep_after', '$$NOW'] } };

  return {
    /**
     * Notes a remote row, known by its key, that is not the intent's own; again it changes nothing. Its parent is looked
     * at as soon as possible. What a sender tells is none that a look under way knows of: it is to be had again.
     */
    async note(id: string, found: FoundStray): Promise<void> {
      const { key, name, run_id, is_certain } = found;
      const names = { key: { $literal: key }, name: { $literal: name } };
      const entry = { ...names, run_id, is_certain, found_at: '$$NOW' };
      const open = { state: 'open', why: null, is_reported: false };
      const all = { $concatArrays: [{ $ifNull: ['$strays', []] }, [{ ...entry, ...open }]] };
      const isEarlier = is_certain ? { $lt: ['$sweep_after', '$$NOW'] } : { $lte: ['$sweep_after', null] };
      const sweepAfter = { $cond: [isEarlier, '$$NOW', '$sweep_after'] };
      await intents.updateOne({ _id: id, 'strays.key': { $ne: key } }, [
        { $set: { strays: all, sweep_after: sweepAfter } },
      ]);
    },

    /** A request left when its claim had been overtaken, and its answer is lost: it may come to something until then. */
    async suspect(id: string, name: string | null, lateMs: number): Promise<void> {
      const entry = { name: { $literal: name }, before_ids: '$before_ids', content: '$content', sent_at: '$$NOW' };
      const all = { $concatArrays: [{ $ifNull: ['$written_off', []] }, [entry]] };
      const set = { written_off: all, sweep_after: { $max: ['$sweep_after', { $add: ['$$NOW', lateMs] }] } };
      await intents.updateOne({ _id: id }, [{ $set: set }]);
    },

    /** Intents whose parent is still to be looked at, whenever. */
    waiting: (): Promise<IntentDocument[]> => intents.find(waiting).toArray(),

    /** Those whose time has come. */
    due: (): Promise<IntentDocument[]> => intents.find({ ...waiting, ...isDue }).toArray(),

    /** Those of a kind under one parent whose time has come, the earliest sent first. */
    dueWithin(kind: KindName, parents: ParentIds): Promise<IntentDocument[]> {
      return intents
        .find({ kind, ...waiting, ...within(parents), ...isDue })
        .sort({ sent_at: 1 })
        .toArray();
    },

    /** Those of the keys whose rows are being removed from the account, or are removed, as strays of whatever create. */
    async doomed(kind: KindName, keys: readonly string[]): Promise<Set<string>> {
      const stray = { key: { $in: [...keys] }, state: { $in: [...doomedStates] } };
      const found = intents.find({ kind, 'strays.key': stray.key, strays: { $elemMatch: stray } });
      const strays = (await found.toArray()).flatMap((intent) => intent.strays ?? []);
      return new Set(strays.filter(({ state }) => doomedStates.includes(state)).map(({ key }) => key));
    },

    /** Looks later, from now. */
    async postpone(id: string, byMs: number): Promise<void> {
      await intents.updateOne({ _id: id, ...waiting }, [{ $set: { sweep_after: { $add: ['$$NOW', byMs] } } }]);
    },

    /** What became of a stray, legal by the table. */
    async settle(id: string, key: string, state: StrayState, why: Stray['why'] = null): Promise<void> {
      const stray = { key, state: { $in: sourcesOf(strayTransitions, state) } };
      await intents.updateOne(
        { _id: id, strays: { $elemMatch: stray } },
        { $set: { 'strays.$.state': state, 'strays.$.why': why } },
      );
    },

    /**
     * The look has been had, and what it found is reported: what comes after it is somebody else's, so the requests that it
     * looked for are forgotten. One that was asked for since is still to be had, and so is that for what was lost since.
     *
     * @param looked the intent as it was before the look
     */
    async swept({ _id, sweep_after = null, written_off = [] }: IntentDocument): Promise<void> {
      const times = { $literal: written_off.map(({ sent_at }) => sent_at) };
      const cond = { $not: { $in: ['$$this.sent_at', times] } };
      const since = { $filter: { input: { $ifNull: ['$written_off', []] }, cond } };
      const reported = { $map: { input: { $ifNull: ['$strays', []] }, in: { $mergeObjects: ['$$this', isReported] } } };
      const isOver = { $eq: [{ $size: '$written_off' }, 0] };
      await intents.updateOne({ _id, sweep_after }, [
        { $set: { written_off: since, strays: reported } },
        { $set: { sweep_after: { $cond: [isOver, null, '$sweep_after'] } } },
      ]);
    },
  };
}

export type Strays = ReturnType<typeof createStrays>;
