import { type EntityFields, isSame, type KindName, type SentValues } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { type Claim, isClaimHeld } from './claims.ts';
import type { Collections } from './collections.ts';
import type { ProductionDocument } from './documents.ts';
import { inTransaction } from './transactions.ts';

/** What has left of the edits of an entity, stored on it before the request leaves. */
export function createSentEdits(db: mongo.Db, collections: Collections) {
  const { production } = collections;

  return {
    /**
     * Stores that an update with these values leaves now, besides what has left before.
     *
     * @param seen the entity as it was when they were chosen
     * @returns false when the claim was overtaken, or the entity has changed since
     */
    sending(kind: KindName, seen: ProductionDocument, values: EntityFields, claim: Claim): Promise<boolean> {
      return inTransaction(db, async (session) => {
        if (!(await isClaimHeld(collections, claim, session))) return false;
        const filter = { _id: seen._id, 'sync.revision': seen.sync.revision };
        const current = await production[kind].findOne(filter, { session });
        if (current === null) return false;
        const set = { 'sync.sent': withValues(current.sync.sent, values) };
        await production[kind].updateOne(filter, { $set: set }, { session });
        return true;
      });
    },

    /** Takes that back: they have not arrived. What had left before stays; an overtaken claim changes nothing. */
    async refused(kind: KindName, { _id, sync }: ProductionDocument, claim: Claim): Promise<void> {
      const update: mongo.UpdateFilter<ProductionDocument> =
        sync.sent === undefined ? { $unset: { 'sync.sent': '' } } : { $set: { 'sync.sent': sync.sent } };
      await inTransaction(db, async (session) => {
        if (!(await isClaimHeld(collections, claim, session))) return;
        await production[kind].updateOne({ _id }, update, { session });
      });
    },
  };
}

function withValues(sent: SentValues = {}, values: EntityFields): SentValues {
  const added = Object.entries(values).map(([field, value]) => {
    const before = sent[field] ?? [];
    return [field, before.some((each) => isSame(each, value)) ? before : [...before, value]] as const;
  });
  return { ...sent, ...Object.fromEntries(added) };
}

export type SentEdits = ReturnType<typeof createSentEdits>;
