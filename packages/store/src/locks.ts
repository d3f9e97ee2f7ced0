import type { Collections } from './collections.ts';
import { isDuplicateKey } from './transactions.ts';

/** Things that one process at a time does, by leases on the database's clock. */
export function createLocks({ locks }: Collections) {
  return {
    /** Takes or keeps a lock. @returns false while another has it */
    async take(name: string, owner: string, leaseMs: number): Promise<boolean> {
      const free = { $or: [{ $eq: ['$owner', owner] }, { $lt: ['$until', '$$NOW'] }] };
      try {
        const update = [{ $set: { owner, until: { $add: ['$$NOW', leaseMs] } } }];
        await locks.findOneAndUpdate({ _id: name, $expr: free }, update, { upsert: true });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async release(name: string, owner: string): Promise<void> {
      await locks.deleteOne({ _id: name, owner });
    },
  };
}

export type Locks = ReturnType<typeof createLocks>;
