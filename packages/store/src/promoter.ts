import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import { type Promotion, promoteAll } from './promotion.ts';
import { together } from './together.ts';
import { isStoreAway } from './transactions.ts';

/** Of one transaction: past it, one that meets another writer would have much to do again. */
const mostTogether = 32;

type Outcome = { readonly isNew: boolean } | { readonly error: unknown };

/**
 * Makes what moves an entity from local to production, see {@link promoteAll}; those that come while one is under way go
 * together. Each of them fails by itself.
 *
 * @returns false when it had been done before
 */
export function createPromoter(db: mongo.Db, collections: Collections): (promotion: Promotion) => Promise<boolean> {
  async function promoteTogether(promotions: readonly Promotion[]): Promise<Outcome[]> {
    const [first] = promotions;
    if (first === undefined) return [];
    try {
      const done = await promoteAll(db, collections, first.kind, promotions);
      return promotions.map(({ localId }) => ({ isNew: done.has(localId) }));
    } catch (error) {
      if (promotions.length === 1 || isStoreAway(error)) return promotions.map(() => ({ error }));
      // Whichever of them it was: alone, the others are not kept from it.
      const outcomes: Outcome[] = [];
      for (const one of promotions) outcomes.push(...(await promoteTogether([one])));
      return outcomes;
    }
  }

  const promoters = new Map<KindName, (promotion: Promotion) => Promise<Outcome>>(
    kindNames.map((name) => [name, together(mostTogether, ({ localId }) => localId, promoteTogether)]),
  );

  return async (promotion) => {
    const promote = promoters.get(promotion.kind.name);
    if (promote === undefined) throw new Error(`there is no kind ${promotion.kind.name}`);
    const outcome = await promote(promotion);
    if ('error' in outcome) throw outcome.error;
    return outcome.isNew;
  };
}
