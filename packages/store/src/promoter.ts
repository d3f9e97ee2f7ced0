import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import { type Promotion, promoteAll } from './promotion.ts';
import { isStoreAway } from './transactions.ts';

/** Of one transaction: past it, one that meets another writer would have much to do again. */
const mostTogether = 32;

interface Waiting {
  readonly promotion: Promotion;
  readonly resolve: (isDone: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes what moves an entity from local to production, see {@link promoteAll}. One that comes alone is promoted at once;
 * those that come meanwhile go together in the next transaction. Each of them fails by itself.
 *
 * @returns false when it had been done before
 */
export function createPromoter(db: mongo.Db, collections: Collections): (promotion: Promotion) => Promise<boolean> {
  const queues = new Map<KindName, Waiting[]>();

  async function promoteTogether(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const { kind } = first.promotion;
    try {
      const promotions = batch.map(({ promotion }) => promotion);
      const done = await promoteAll(db, collections, kind, promotions);
      for (const { promotion, resolve } of batch) resolve(done.has(promotion.localId));
    } catch (error) {
      if (batch.length === 1 || isStoreAway(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // Whichever of them it was: alone, the others are not kept from it.
      for (const one of batch) await promoteTogether([one]);
    }
  }

  async function work(kind: KindName, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await promoteTogether(takeBatch(queue));
    queues.delete(kind);
  }

  return (promotion) =>
    new Promise((resolve, reject) => {
      const { name } = promotion.kind;
      const waiting = { promotion, resolve, reject };
      const queue = queues.get(name);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const started = [waiting];
      queues.set(name, started);
      void work(name, started);
    });
}

/** The first of those that wait, each local entity once: a second time it finds that it is done. */
function takeBatch(queue: Waiting[]): Waiting[] {
  const batch = new Map<string, Waiting>();
  const later: Waiting[] = [];
  for (const waiting of queue.splice(0)) {
    const { localId } = waiting.promotion;
    if (batch.size < mostTogether && !batch.has(localId)) batch.set(localId, waiting);
    else later.push(waiting);
  }
  queue.push(...later);
  return [...batch.values()];
}
