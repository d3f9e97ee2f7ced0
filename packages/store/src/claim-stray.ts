import { sourcesOf, strayTransitions } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import { type DroppedRow, dropWithin } from './drop-row.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** A row that a create has left beside the one that counts, and that is to be removed from the account. */
export interface StrayClaim extends DroppedRow {
  /** Whose create. */
  readonly localId: string;
}

/**
 * Takes a stray before it is removed from the account, in one transaction: from here on no look-up adopts it, and it is
 * not in production, so that nobody links, edits or uses it. Taken again it is as good as once.
 *
 * @returns false where something was made of it here: nothing is taken then
 */
export async function claimStray(db: mongo.Db, collections: Collections, claim: StrayClaim): Promise<boolean> {
  const { localId, ...row } = claim;
  const { kind, key } = row;
  const at = await databaseTime(db);
  return inTransaction(db, async (session) => {
    const known = await collections.production[kind].findOne({ _id: key }, { session });
    if (known !== null && (known.created_locally || known.sync.edited.length > 0)) return false;
    const stray = { key, state: { $in: sourcesOf(strayTransitions, 'removing') } };
    const filter = { _id: localId, strays: { $elemMatch: stray } };
    const taken = { $set: { 'strays.$.state': 'removing' as const, 'strays.$.why': null } };
    if ((await collections.intents.updateOne(filter, taken, { session })).matchedCount === 0) return false;
    await dropWithin(collections, row, at, session);
    return true;
  });
}
