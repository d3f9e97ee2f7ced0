import type { Collections } from './collections.ts';
import { isDuplicateKey } from './transactions.ts';

/** Things that one process at a time does, by leases on the database's clock. */
export function createLocks({ locks }: Collections) {
  return {
    /** Takes or keeps a lock. @returns false while another has it */
    async take(name: string, owner: string, leaseMs: number): Promise<boolean> {
      const free = { $or: [{ $eq: ['$owner', owner] }, { $lt: ['$until', '$$NOW'] }] };
      const until = { $add: ['$$NOW', leaseMs] };
      const kept = await locks.updateOne({ _id: name, $expr: free }, [{ $set: { owner, until } }]);
      if (kept.matchedCount === 1) return true;
      try {
        // Not there, or another's: then its _id is in the way. A new one is free at once and taken by the update.
        await locks.insertOne({ _id: name, owner, until: new Date(0) });
        return (await locks.updateOne({ _id: name, $expr: free }, [{ $set: { owner, until } }])).matchedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** Writes something, as durably as all else. @throws when MongoDB takes no writes */
    async probe(): Promise<void> {
      await locks.updateOne({ _id: 'probe' }, [{ $set: { owner: '', until: '$$NOW' } }], { upsert: true });
    },

    async release(name: string, owner: string): Promise<void> {
      await locks.deleteOne({ _id: name, owner });
    },
  };
}

export type Locks = ReturnType<typeof createLocks>;
