import { SyncError } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import { isDuplicateKey } from './transactions.ts';

/** Whose data a store holds: the first account that a run filled it from, and no other. */
export function createAccount({ account }: Collections) {
  async function owner(): Promise<string | null> {
    return (await account.findOne({ _id: 'account' }))?.base_url ?? null;
  }

  const parts = {
    owner,

    /** @throws SyncError `other_account` when the store was filled from another base URL */
    async check(baseUrl: string): Promise<void> {
      const known = await owner();
      if (known === null || known === baseUrl) return;
      throw new SyncError({
        category: 'conflict',
        code: 'other_account',
        message: `This store was filled from ${known}; the settings name ${baseUrl}.`,
        remedy: `Set BROADSTREET_API_URL back to ${known}, or give MONGODB_URI another database.`,
      });
    },

    /** Makes the store this account's, if it is nobody's. */
    async claim(baseUrl: string): Promise<void> {
      await account
        .updateOne(
          { _id: 'account' },
          { $setOnInsert: { base_url: baseUrl, claimed_at: new Date() } },
          { upsert: true },
        )
        .catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        });
      await parts.check(baseUrl);
    },
  };
  return parts;
}

export type Account = ReturnType<typeof createAccount>;
