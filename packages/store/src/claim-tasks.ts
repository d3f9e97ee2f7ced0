import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openTaskStates } from './task-states.ts';
import { together } from './together.ts';

/** Documents of one command; a process works on no more tasks at once. */
export const mostTogether = 64;

interface Claim {
  readonly id: string;
  readonly owner: string;
}

type MakeClaim = (claim: Claim) => Promise<TaskDocument | null>;

/**
 * Makes what takes a task for one attempt; null when it is done or not due. Those that are taken at the same moment cost two
 * commands together. What is read after the claim is the claim: whoever has overtaken it meanwhile shows as another owner,
 * or as an end.
 */
export function createClaim(collections: Collections): MakeClaim {
  const due = { $or: [{ $eq: ['$not_before', null] }, { $lte: ['$not_before', '$$NOW'] }] };
  const counted = { fence: { $add: ['$fence', 1] }, starts: { $add: ['$starts', 1] } };
  return claimTogether(collections, { $expr: due }, () => counted);
}

/**
 * Makes what begins an attempt at the task of a create. It is no claim, which is the intent's: it counts how often the task
 * was begun without an end. A process that meets its own last start has not died of it. Null when the task is done, or
 * another.
 */
export function createStartCreate(collections: Collections): MakeClaim {
  const isOther = (owner: string) => ({ $cond: [{ $eq: ['$owner', owner] }, 0, 1] });
  return claimTogether(collections, { action: 'create' }, (owner) => ({
    starts: { $add: ['$starts', isOther(owner)] },
  }));
}

function claimTogether(
  { tasks }: Collections,
  where: mongo.Filter<TaskDocument>,
  changesBy: (owner: string) => Readonly<Record<string, unknown>>,
): MakeClaim {
  async function claimAll(ids: readonly string[], owner: string): Promise<TaskDocument[]> {
    const [only] = ids;
    const filter = { ...where, state: { $in: openTaskStates } };
    const update = [{ $set: { ...changesBy(owner), state: 'running', owner, claimed_at: '$$NOW' } }];
    if (ids.length === 1 && only !== undefined) {
      const task = await tasks.findOneAndUpdate({ ...filter, _id: only }, update, { returnDocument: 'after' });
      return task === null ? [] : [task];
    }
    const { $expr: _, ...same } = where;
    await tasks.updateMany({ ...filter, _id: { $in: [...ids] } }, update);
    return tasks.find({ ...same, _id: { $in: [...ids] }, owner, state: 'running' }).toArray();
  }

  return together(
    mostTogether,
    ({ id }) => id,
    async (claims) => {
      const found = new Map<string, TaskDocument>();
      for (const [owner, own] of Map.groupBy(claims, (claim) => claim.owner)) {
        const ids = own.map(({ id }) => id);
        for (const task of await claimAll(ids, owner)) found.set(task._id, task);
      }
      return claims.map(({ id }) => found.get(id) ?? null);
    },
  );
}
