import { type KindName, kinds, removedWith } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { Dependants } from './dependants.ts';
import type { Deletion, EntityRef, ProductionDocument } from './documents.ts';
import { type Claim, holdsClaim } from './holds-claim.ts';
import { isToBeRemoved } from './models.ts';
import { inTransaction } from './transactions.ts';

/** An entity that is to be removed, and what must be known to do so. */
export interface MarkedEntity extends EntityRef {
  readonly deletion: Omit<Deletion, 'requested_at' | 'sent_at'>;
  /** The revision of it that the wish is about; any when undefined. */
  readonly revision?: number | undefined;
}

/**
 * The wishes by which an entity and all that hangs on it are to be removed, of those that are not to be removed yet. Pure.
 */
export function wishesFor(
  target: EntityRef & { readonly document?: ProductionDocument },
  { production, drafts }: Dependants,
  requestedBy: string,
): MarkedEntity[] {
  const ref = { kind: target.kind, key: target.key };
  const own: MarkedEntity = {
    ...ref,
    revision: target.document?.sync.revision,
    deletion: {
      requested_by: requestedBy,
      part_of: null,
      with: null,
      drafts: drafts.map(({ kind, _id }) => ({ kind, key: _id })),
    },
  };
  const others = production
    .filter(({ document }) => document.sync.deletion === undefined)
    .map(({ kind, key, document }): MarkedEntity => {
      const goesAlong = removedWith(kinds[kind])?.name === target.kind;
      const deletion = { requested_by: requestedBy, part_of: ref, with: goesAlong ? ref : null, drafts: [] };
      return { kind, key, revision: document.sync.revision, deletion };
    });
  return target.document?.sync.deletion === undefined ? [own, ...others] : others;
}

const isOpen = { 'sync.deletion.sent_at': null };

/** Wishes that entities of production be removed from the account: they stand on the entities themselves. */
export function createDeletions(db: mongo.Db, collections: Collections) {
  const { production } = collections;

  /** Writes the same to each, or nothing where one of them is not as expected. */
  function mark(
    marked: readonly MarkedEntity[],
    change: (entity: MarkedEntity) => { filter: mongo.Filter<ProductionDocument>; set: Record<string, unknown> },
    isAllowed: (session: mongo.ClientSession) => Promise<boolean> = async () => true,
  ): Promise<boolean> {
    return inTransaction(db, async (session) => {
      if (!(await isAllowed(session))) return false;
      for (const entity of marked) {
        const revision = entity.revision === undefined ? {} : { 'sync.revision': entity.revision };
        const filter = { _id: entity.key, ...revision, ...change(entity).filter };
        if ((await production[entity.kind].findOne(filter, { session })) === null) return false;
      }
      for (const entity of marked) {
        const set = { ...change(entity).set, 'sync.revision': { $add: ['$sync.revision', 1] } };
        await production[entity.kind].updateOne({ _id: entity.key }, [{ $set: set }], { session });
      }
      return true;
    });
  }

  return {
    /** Plans removals, all or none. @returns false when one is gone, has another revision or is planned already */
    plan(marked: readonly MarkedEntity[]): Promise<boolean> {
      return mark(marked, ({ deletion }) => ({
        filter: { 'sync.deletion': { $exists: false } },
        set: { 'sync.deletion': { ...literal(deletion), requested_at: '$$NOW', sent_at: null } },
      }));
    },

    /** Names the drafts that are deleted with an entity which is planned already. */
    async nameDrafts({ kind, key }: EntityRef, drafts: readonly EntityRef[]): Promise<void> {
      const update = [{ $set: { 'sync.deletion.drafts': { $literal: [...drafts] } } }];
      await production[kind].updateOne({ _id: key, ...isToBeRemoved }, update);
    },

    /**
     * Stores that the request which removes these leaves now; of those that the API removes along, too.
     *
     * @param claim of the task that sends it
     * @returns false when the claim was overtaken, or one of them has changed since it was looked at
     */
    sending(marked: readonly MarkedEntity[], claim: Claim): Promise<boolean> {
      return mark(
        marked,
        ({ deletion }) => {
          const requested_at = { $ifNull: ['$sync.deletion.requested_at', '$$NOW'] };
          return {
            filter: {},
            set: { 'sync.deletion': { ...literal(deletion), requested_at, sent_at: '$$NOW' } },
          };
        },
        (session) => holdsClaim(collections, claim, session),
      );
    },

    /**
     * Nothing was removed after all: what people want gone goes on to wait, and may be kept; an undo leaves no trace. Of a
     * claim that was overtaken nothing is known, and nothing changed.
     */
    async refused(refs: readonly EntityRef[], claim: Claim): Promise<void> {
      await inTransaction(db, async (session) => {
        if (!(await holdsClaim(collections, claim, session))) return;
        for (const { kind, key } of refs) {
          const ofUndo = { _id: key, 'sync.deletion.undo': { $exists: true } };
          await production[kind].updateOne(ofUndo, { $unset: { 'sync.deletion': '' } }, { session });
          const ofPerson = { _id: key, 'sync.deletion': { $exists: true } };
          await production[kind].updateOne(ofPerson, { $set: { 'sync.deletion.sent_at': null } }, { session });
        }
      });
    },

    /** Entities of a kind that wait to be removed by a request of their own, in the order of their keys. */
    planned(kind: KindName, keys: readonly string[] | null): Promise<ProductionDocument[]> {
      const named = keys === null ? {} : { _id: { $in: [...keys] } };
      return production[kind]
        .find({ ...isToBeRemoved, 'sync.deletion.with': null, ...named })
        .sort({ _id: 1 })
        .toArray();
    },

    /** Keeps these after all; one whose request has left stays as it is. @returns how many are kept */
    async withdraw(refs: readonly EntityRef[]): Promise<number> {
      return inTransaction(db, async (session) => {
        let kept = 0;
        for (const { kind, key } of refs) {
          const { modifiedCount } = await production[kind].updateOne(
            { _id: key, ...isToBeRemoved, ...isOpen },
            [{ $unset: 'sync.deletion' }, { $set: { 'sync.revision': { $add: ['$sync.revision', 1] } } }],
            { session },
          );
          kept += modifiedCount;
        }
        return kept;
      });
    },
  };
}

/** The values themselves, whatever they look like to an aggregation. */
function literal(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}

export type DeletionStore = ReturnType<typeof createDeletions>;
