import {
  type EntityFields,
  type ErrorRecord,
  type IntentState,
  intentTransitions,
  type KindName,
  type ParentIds,
  sourcesOf,
} from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { IntentDocument } from './documents.ts';
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

/** Of these nothing can exist remotely: what an earlier run planned is planned anew, with the fields as they now are. */
const lifted: IntentState[] = ['planned', 'claimed', 'rejected', 'blocked', 'undone'];

/**
 * The ledger of creates. Every change after a claim filters on its fence, so that a claim which was overtaken changes
 * nothing; times are the database's.
 */
export function createIntents(collections: Collections) {
  const { intents } = collections;

  /** Makes one change of state, legal by the table, for the holder of the fence. Null when it is not theirs any more. */
  async function move(
    id: string,
    fence: number,
    target: IntentState,
    set: Record<string, unknown>,
  ): Promise<IntentDocument | null> {
    const filter = { _id: id, fence, state: { $in: sourcesOf(intentTransitions, target) } };
    const update = [{ $set: { ...set, state: target, updated_at: '$$NOW' } }];
    return intents.findOneAndUpdate(filter, update, { returnDocument: 'after' });
  }

  const idle = { owner: null, lease_until: null };
  const oneMore = { $add: [{ $ifNull: ['$lost', 0] }, 1] };

  return {
    /**
     * Stores intents, or plans anew those that were refused before. One whose outcome is still open, or that has been
     * created, stays as it is.
     */
    async plan(plans: readonly IntentPlan[]): Promise<void> {
      const now = new Date();
      for (let at = 0; at < plans.length; at += 500) {
        const batch = plans.slice(at, at + 500).map(({ local_id, ...plan }) => ({
          updateOne: {
            filter: { _id: local_id, state: { $in: lifted } },
            update: {
              $set: {
                ...plan,
                state: 'planned' as const,
                error: null,
                was_renamed: false,
                attempt: 0,
                lost: 0,
                ...idle,
                updated_at: now,
              },
              $setOnInsert: { remote_id: null, answer: null, sent_at: null, was_ambiguous: false, created_at: now },
              // A claim that is still held somewhere is of what was planned before.
              $inc: { fence: 1 },
            },
            upsert: true,
          },
        }));
        await intents.bulkWrite(batch, { ordered: false }).catch((error: unknown) => {
          // An intent in another state exists: the upsert meets its _id.
          if (!isDuplicateKey(error)) throw error;
        });
      }
    },

    get: (id: string): Promise<IntentDocument | null> => intents.findOne({ _id: id }),
    many: (ids: readonly string[]): Promise<IntentDocument[]> => intents.find({ _id: { $in: [...ids] } }).toArray(),

    /**
     * Takes a planned intent. One that is only claimed may be taken over at once: its fence protects it.
     *
     * @returns `twin` when another create with the same parent and name is not settled; null when it is not planned
     */
    async claim(id: string, owner: string, leaseMs: number): Promise<IntentDocument | 'twin' | null> {
      try {
        return await intents.findOneAndUpdate(
          { _id: id, state: { $in: ['planned', 'claimed'] } },
          [
            {
              $set: {
                state: 'claimed',
                owner,
                fence: { $add: ['$fence', 1] },
                lease_until: { $add: ['$$NOW', leaseMs] },
                updated_at: '$$NOW',
              },
            },
          ],
          { returnDocument: 'after' },
        );
      } catch (error) {
        if (isDuplicateKey(error)) return 'twin';
        throw error;
      }
    },

    /** Stores that the request leaves in `waitMs`; to be called again when it leaves at another time. */
    sending(id: string, fence: number, waitMs: number, attempt: number): Promise<IntentDocument | null> {
      return move(id, fence, 'sending', { sent_at: { $add: ['$$NOW', Math.ceil(waitMs)] }, attempt });
    },

    /** The API answered: this id is ours. */
    created(id: string, fence: number, remoteId: string, answer: EntityFields | null): Promise<IntentDocument | null> {
      return move(id, fence, 'created', { remote_id: remoteId, answer: { $literal: answer }, ...idle });
    },

    /** Nothing was created: it may be sent again. */
    backToPlanned(id: string, fence: number): Promise<IntentDocument | null> {
      return move(id, fence, 'planned', idle);
    },

    ambiguous(id: string, fence: number): Promise<IntentDocument | null> {
      return move(id, fence, 'ambiguous', { was_ambiguous: true, lost: oneMore, ...idle });
    },

    refused(
      id: string,
      fence: number,
      state: 'rejected' | 'blocked',
      error: ErrorRecord,
    ): Promise<IntentDocument | null> {
      return move(id, fence, state, { error: { $literal: error }, ...idle });
    },

    /** Another name, after the API said that the first is taken; given away by this run, so the intent is its now. */
    renamed(
      id: string,
      fence: number,
      name: { sent_name: string; name_key: string; payload: EntityFields; run_id: string },
    ): Promise<IntentDocument | null> {
      const set = {
        sent_name: { $literal: name.sent_name },
        name_key: { $literal: name.name_key },
        payload: { $literal: name.payload },
        run_id: name.run_id,
      };
      return move(id, fence, 'planned', { ...idle, ...set, was_renamed: true });
    },

    /** A sender that is gone: what it sent has an unknown outcome. Null while its lease lasts. */
    expire(id: string): Promise<IntentDocument | null> {
      const filter = { _id: id, state: 'sending' as const, $expr: { $lt: ['$lease_until', '$$NOW'] } };
      const set = {
        state: 'ambiguous',
        was_ambiguous: true,
        lost: oneMore,
        fence: { $add: ['$fence', 1] },
        ...idle,
        updated_at: '$$NOW',
      };
      return intents.findOneAndUpdate(filter, [{ $set: set }], { returnDocument: 'after' });
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

    /** Creates of a kind whose outcome is open, or that were not promoted yet. */
    open(kind: KindName): Promise<IntentDocument[]> {
      return intents.find({ kind, state: { $in: ['sending', 'ambiguous', 'created'] } }).toArray();
    },

    /** Local `_id`s of a run's creates whose outcome is open. */
    async unsettledOf(runId: string): Promise<string[]> {
      const open = intents.find({ run_id: runId, state: { $in: ['sending', 'ambiguous', 'created'] } });
      return (await open.project<{ _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
    },

    /** Those of the remote ids that an intent of the kind has made its own. */
    async owned(kind: KindName, remoteIds: readonly string[]): Promise<Set<string>> {
      const found = intents
        .find({ kind, remote_id: { $in: [...remoteIds] } })
        .project<{ remote_id: string }>({ remote_id: 1 });
      return new Set((await found.toArray()).map(({ remote_id }) => remote_id));
    },
  };
}

export type Intents = ReturnType<typeof createIntents>;
