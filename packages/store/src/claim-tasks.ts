import type { Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openTaskStates } from './task-states.ts';
import { together } from './together.ts';

/** Tasks of one command; a process works on no more at once. */
export const mostTogether = 64;

interface Claim {
  readonly id: string;
  readonly owner: string;
}

const due = { $or: [{ $eq: ['$not_before', null] }, { $lte: ['$not_before', '$$NOW'] }] };

/**
 * Makes what takes a task for one attempt; those that are taken at the same moment cost two commands together. What is read
 * after the claim is the claim: whoever has overtaken it meanwhile shows as another owner, or as an end.
 */
export function createClaim({ tasks }: Collections): (claim: Claim) => Promise<TaskDocument | null> {
  async function claimTogether(claims: readonly Claim[]): Promise<(TaskDocument | null)[]> {
    const owners = Map.groupBy(claims, ({ owner }) => owner);
    const found = new Map<string, TaskDocument>();
    for (const [owner, own] of owners) {
      const ids = own.map(({ id }) => id);
      for (const task of await claimAll(ids, owner)) found.set(task._id, task);
    }
    return claims.map(({ id }) => found.get(id) ?? null);
  }

  async function claimAll(ids: readonly string[], owner: string): Promise<TaskDocument[]> {
    const [only] = ids;
    const filter = { state: { $in: openTaskStates }, $expr: due };
    const set = { state: 'running', owner, fence: oneMore('$fence'), starts: oneMore('$starts'), claimed_at: '$$NOW' };
    const update = [{ $set: set }];
    if (ids.length === 1 && only !== undefined) {
      const task = await tasks.findOneAndUpdate({ ...filter, _id: only }, update, { returnDocument: 'after' });
      return task === null ? [] : [task];
    }
    await tasks.updateMany({ ...filter, _id: { $in: [...ids] } }, update);
    return tasks.find({ _id: { $in: [...ids] }, owner, state: 'running' }).toArray();
  }

  return together(mostTogether, ({ id }) => id, claimTogether);
}

function oneMore(field: string) {
  return { $add: [field, 1] };
}
