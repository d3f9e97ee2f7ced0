import {
  type EntityFields,
  type ErrorRecord,
  type IntentState,
  isUnderWay,
  type KindName,
  kindNames,
  openIntents,
  type ParentIds,
  parkedStates,
} from '@broadstreet-sync/domain';
import { mostTogether } from './claim-tasks.ts';
import type { Collections } from './collections.ts';
import type { IntentDocument } from './documents.ts';
import { intentChange } from './intent-changes.ts';
import { together } from './together.ts';
import { isDuplicateKey } from './transactions.ts';

/** What is to be created, decided by the plan. */
export interface IntentPlan {
  readonly local_id: string;
  readonly kind: KindName;
  readonly run_id: string;
  readonly name_key: string | null;
  readonly parents: ParentIds;
  readonly ancestors: ParentIds;
  readonly name: string | null;
  readonly sent_name: string | null;
  readonly content: string;
  readonly payload: EntityFields;
  readonly before_ids: string[];
}

/** Of these nothing is under way: what an earlier run planned is planned anew, with the fields as they now are. */
const lifted: readonly IntentState[] = ['planned', 'claimed', 'rejected', 'blocked', 'undone'];
const idle = { owner: null, lease_until: null };
const leaseIsOver = { $expr: { $lt: ['$lease_until', '$$NOW'] } };
const oneMore = (field: string) => ({ $add: [{ $ifNull: [field, 0] }, 1] });
/** Kept of what was sent in vain, which is a handful. */
const keptWrittenOff = 20;

/** Expressions that write values as they are, whatever they look like. */
function literally(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}

/**
 * What is kept of a request that may still come to something, until `lateMs` from its sending.
 *
 * @param others keys of rows that bear its name, and are not taken for what it has made
 */
function writtenOff(lateMs: number, others: readonly string[] = []) {
  const before = { $concatArrays: ['$before_ids', { $literal: others }] };
  const entry = { name: '$sent_name', before_ids: before, content: '$content', sent_at: '$sent_at' };
  const all = { $concatArrays: [{ $ifNull: ['$written_off', []] }, [entry]] };
  return {
    written_off: { $slice: [all, -keptWrittenOff] },
    sweep_after: { $max: ['$sweep_after', { $add: ['$sent_at', lateMs] }] },
  };
}

/**
 * The ledger of creates. Every change after a claim filters on its fence, so that a claim which was overtaken changes
 * nothing; times are the database's.
 */
export function createIntents(collections: Collections) {
  const { intents, idMap } = collections;

  /** Makes one change of state for the holder of the fence. Null when it is not theirs any more. */
  function move(
    id: string,
    fence: number,
    to: IntentState,
    set: Record<string, unknown>,
    from?: readonly IntentState[],
  ): Promise<IntentDocument | null> {
    const change = { to, where: { fence }, set, ...(from === undefined ? {} : { from }) };
    const { filter, update } = intentChange(id, change);
    return intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
  }

  const many = (ids: readonly string[]): Promise<IntentDocument[]> =>
    intents.find({ _id: { $in: [...ids] } }).toArray();
  const get = together(
    mostTogether,
    (id: string) => id,
    async (ids): Promise<(IntentDocument | null)[]> => {
      const found = new Map((await many(ids)).map((intent) => [intent._id, intent]));
      return ids.map((id) => found.get(id) ?? null);
    },
  );

  return {
    /**
     * Stores intents, or plans anew those that were refused before. One that is under way, parked or promoted stays as it
     * is.
     */
    async plan(plans: readonly IntentPlan[]): Promise<void> {
      for (let at = 0; at < plans.length; at += 500) {
        const batch = plans.slice(at, at + 500).map(({ local_id, ...plan }) => {
          const fresh = literally({ ...plan, error: null, was_renamed: false, attempt: 0, lost: 0, ...idle });
          const kept = literally({ remote_id: null, answer: null, sent_at: null, was_ambiguous: false });
          const old = Object.entries(kept).map(([name, value]) => [name, { $ifNull: [`$${name}`, value] }] as const);
          const set = {
            ...fresh,
            ...Object.fromEntries(old),
            lookalike: '$$REMOVE',
            created_at: { $ifNull: ['$created_at', '$$NOW'] },
            // A claim that is still held somewhere is of what was planned before.
            fence: oneMore('$fence'),
          };
          return { updateOne: { ...intentChange(local_id, { to: 'planned', from: lifted, set }), upsert: true } };
        });
        await intents.bulkWrite(batch, { ordered: false }).catch((error: unknown) => {
          // An intent in another state exists: the upsert meets its _id.
          if (!isDuplicateKey(error)) throw error;
        });
      }
    },

    /** Those that are asked for at the same moment cost one command. */
    get,
    many,

    /**
     * Takes a planned intent for a run. One that is only claimed may be taken over at once: its fence protects it.
     *
     * @returns `twin` when another create with the same parent and name is not resolved; null when it is not planned
     */
    async claim(id: string, owner: string, leaseMs: number, runId?: string): Promise<IntentDocument | 'twin' | null> {
      const set = {
        owner,
        fence: { $add: ['$fence', 1] },
        lease_until: { $add: ['$$NOW', leaseMs] },
        ...(runId === undefined ? {} : { run_id: runId }),
      };
      try {
        const { filter, update } = intentChange(id, { to: 'claimed', set });
        return await intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
      } catch (error) {
        if (isDuplicateKey(error)) return 'twin';
        throw error;
      }
    },

    /** The unresolved create that has the same parent and name. */
    twinOf: (intent: Pick<IntentDocument, '_id' | 'name_key'>): Promise<IntentDocument | null> => {
      const unresolved: IntentState[] = ['claimed', 'sending', 'ambiguous', 'parked'];
      return intents.findOne({ name_key: intent.name_key, _id: { $ne: intent._id }, state: { $in: unresolved } });
    },

    /** Stores that the request leaves in `waitMs`; to be called again when it leaves at another time. */
    sending(id: string, fence: number, waitMs: number, attempt: number): Promise<IntentDocument | null> {
      return move(id, fence, 'sending', { sent_at: { $add: ['$$NOW', Math.ceil(waitMs)] }, attempt });
    },

    /** The API answered, or a list showed it: this id is ours. */
    created(id: string, fence: number, remoteId: string, answer: EntityFields | null): Promise<IntentDocument | null> {
      const set = { ...literally({ remote_id: remoteId, answer }), ...idle };
      return move(id, fence, 'created', set, ['sending', 'ambiguous']);
    },

    /**
     * A list showed it, which a request whose answer was lost has made. Where more than one was sent, it may be the work of
     * an earlier one: then the latest may still come to something too, and its parent is looked at `lateMs` from its sending.
     */
    adopted(
      id: string,
      fence: number,
      { remoteId, answer }: { readonly remoteId: string; readonly answer: EntityFields },
      lateMs: number,
    ): Promise<IntentDocument | null> {
      const own = { ...literally({ remote_id: remoteId, answer }), ...idle };
      const several = { $gt: [{ $size: { $ifNull: ['$written_off', []] } }, 0] };
      const suspect = Object.fromEntries(
        Object.entries(writtenOff(lateMs)).map(([field, value]) => [field, { $cond: [several, value, `$${field}`] }]),
      );
      return move(id, fence, 'created', { ...own, ...suspect }, ['ambiguous']);
    },

    /** Nothing was created: it may be sent again. */
    backToPlanned(id: string, fence: number): Promise<IntentDocument | null> {
      return move(id, fence, 'planned', idle, ['claimed', 'sending']);
    },

    /**
     * Looked for when it was surely decided, and not there: it may be sent again. Should the API carry it out all the
     * same, a look at the parent after `lateMs` from the sending finds it.
     */
    writeOff(id: string, fence: number, lateMs: number): Promise<IntentDocument | null> {
      return move(id, fence, 'planned', { ...writtenOff(lateMs), ...idle }, ['ambiguous']);
    },

    /**
     * Looked for when it was surely decided, and only rows bear its name that are not as it was sent. It is parked as one
     * of which nothing is under way: a person says whether one of them is its own. What comes late is looked for all the
     * same.
     *
     * @param others keys of those rows
     */
    dispute(
      id: string,
      fence: number,
      { others, error }: { readonly others: readonly [string, ...string[]]; readonly error: ErrorRecord },
      lateMs: number,
    ): Promise<IntentDocument | null> {
      const parked = { parked_from: 'planned', name_key: null, ...literally({ error, lookalike: others[0] }) };
      return move(id, fence, 'parked', { ...writtenOff(lateMs, others), ...idle, ...parked }, ['ambiguous']);
    },

    ambiguous(id: string, fence: number): Promise<IntentDocument | null> {
      return move(id, fence, 'ambiguous', { was_ambiguous: true, lost: oneMore('$lost'), ...idle }, ['sending']);
    },

    refused(
      id: string,
      fence: number,
      state: 'rejected' | 'blocked',
      error: ErrorRecord,
    ): Promise<IntentDocument | null> {
      return move(id, fence, state, { ...literally({ error }), ...idle });
    },

    /** Another name, after the API said that the first is taken; given away by this run, so the intent is its now. */
    renamed(
      id: string,
      fence: number,
      name: { sent_name: string; name_key: string; payload: EntityFields; run_id: string },
    ): Promise<IntentDocument | null> {
      return move(id, fence, 'planned', { ...literally(name), ...idle, was_renamed: true }, ['claimed']);
    },

    /** A claim whose holder is gone, and has sent nothing. Null while its lease lasts. */
    lapse(id: string): Promise<IntentDocument | null> {
      const set = { fence: { $add: ['$fence', 1] }, ...idle };
      const { filter, update } = intentChange(id, { to: 'planned', from: ['claimed'], where: leaseIsOver, set });
      return intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
    },

    /** A sender that is gone: what it sent has an unknown outcome. Null while its lease lasts. */
    expire(id: string): Promise<IntentDocument | null> {
      const set = { was_ambiguous: true, lost: oneMore('$lost'), fence: { $add: ['$fence', 1] }, ...idle };
      const { filter, update } = intentChange(id, { to: 'ambiguous', from: ['sending'], where: leaseIsOver, set });
      return intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
    },

    /**
     * What was written off, and has not been sent again, may be there after all: it is to be looked up once more, under
     * the name that it was sent with. Null also while another create of that name is unresolved.
     */
    async reopen(
      id: string,
      sent: { sent_name: string; name_key: string; payload: EntityFields } | null,
    ): Promise<IntentDocument | null> {
      const goesOn = { parked_from: null, was_ambiguous: true, fence: { $add: ['$fence', 1] }, ...idle };
      const set = { ...literally(sent ?? {}), ...goesOn };
      // Parked ones only where nothing is under way.
      const unsent = [{ state: { $ne: 'parked' as const } }, { parked_from: 'planned' as const }];
      const where = { 'written_off.0': { $exists: true }, $or: unsent };
      const from: IntentState[] = ['planned', 'rejected', 'blocked', 'parked'];
      const { filter, update } = intentChange(id, { to: 'ambiguous', from, where, set });
      try {
        return await intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },

    /** Is left alone, with its reason, until a run takes it up again. What may exist keeps others from its name. */
    park(id: string, fence: number, error: ErrorRecord): Promise<IntentDocument | null> {
      const set = {
        ...literally({ error }),
        ...idle,
        parked_from: { $cond: [{ $eq: ['$state', 'claimed'] }, 'planned', '$state'] },
        name_key: { $cond: [{ $eq: ['$state', 'ambiguous'] }, '$name_key', null] },
      };
      return move(id, fence, 'parked', set);
    },

    /** Takes up what was parked, where it stood. */
    async resume(ids: readonly string[]): Promise<void> {
      for (const state of parkedStates) {
        const set = { parked_from: null, error: null, fence: { $add: ['$fence', 1] } };
        const change = { to: state, from: ['parked' as const], where: { parked_from: state }, set };
        const { filter, update } = intentChange(ids, change);
        await intents.updateMany(filter, update);
      }
    },

    /**
     * How long until the outcome of what was sent is surely decided, by the database's clock.
     *
     * @param settleMs request timeout and settle time together
     */
    async untilSettledMs(id: string, settleMs: number): Promise<number> {
      const wait = { $subtract: [{ $add: ['$sent_at', settleMs] }, '$$NOW'] };
      const [found] = await intents
        .aggregate<{ wait: number }>([{ $match: { _id: id } }, { $project: { wait } }])
        .toArray();
      return Math.max(0, found?.wait ?? 0);
    },

    /** Intents of unknown outcome whose time to be decided has passed, of one kind under one parent. */
    settled(kind: KindName, parents: ParentIds, settleMs: number): Promise<IntentDocument[]> {
      const same = Object.fromEntries(Object.entries(parents).map(([field, id]) => [`parents.${field}`, id]));
      const decided = { $lte: [{ $add: ['$sent_at', settleMs] }, '$$NOW'] };
      return intents
        .find({ kind, state: 'ambiguous', ...same, $expr: decided })
        .sort({ sent_at: 1 })
        .toArray();
    },

    /** Creates that may exist though production does not have them, also parked ones: of a kind, or of all. */
    async open(kind?: KindName): Promise<IntentDocument[]> {
      const found = intents.find({ kind: kind ?? { $in: [...kindNames] }, state: { $in: [...openIntents, 'parked'] } });
      return (await found.toArray()).filter(isUnderWay);
    },

    /** Those of the remote ids that a local entity of the kind has become: by a create, or linked. */
    async owned(kind: KindName, remoteIds: readonly string[]): Promise<Set<string>> {
      const filter = { kind, remote_id: { $in: [...remoteIds] } };
      const made = intents.find(filter).project<{ remote_id: string }>({ remote_id: 1 });
      const mapped = idMap.find(filter).project<{ remote_id: string }>({ remote_id: 1 });
      const found = [...(await made.toArray()), ...(await mapped.toArray())];
      return new Set(found.map(({ remote_id }) => remote_id));
    },
  };
}

export type Intents = ReturnType<typeof createIntents>;
