import { SyncError } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { AccountDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

/** Whose data a store holds: the first account that a run filled it from, and no other, under one prefix of queues. */
export function createAccount({ account }: Collections) {
  function read(): Promise<AccountDocument | null> {
    return account.findOne({ _id: 'account' });
  }

  const parts = {
    async owner(): Promise<string | null> {
      return (await read())?.base_url ?? null;
    },

    /**
     * @throws SyncError `other_account` when the store was filled from another base URL, `other_queue_prefix` when its
     * processes meet under another prefix: under two of them each would have a rate budget and queues of its own
     */
    async check(baseUrl: string, queuePrefix: string): Promise<void> {
      const known = await read();
      if (known === null) return;
      if (known.base_url !== baseUrl) throw otherAccount(known.base_url, baseUrl);
      // A store of an earlier version names none.
      const prefix = known.queue_prefix ?? queuePrefix;
      if (prefix !== queuePrefix) throw otherQueuePrefix(prefix, queuePrefix);
    },

    /** Makes the store this account's, if it is nobody's. @throws SyncError as `check` */
    async claim(baseUrl: string, queuePrefix: string): Promise<void> {
      const mine = { base_url: baseUrl, queue_prefix: queuePrefix, claimed_at: new Date() };
      await account.updateOne({ _id: 'account' }, { $setOnInsert: mine }, { upsert: true }).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
      const withoutPrefix = { _id: 'account' as const, base_url: baseUrl, queue_prefix: { $exists: false } };
      await account.updateOne(withoutPrefix, { $set: { queue_prefix: queuePrefix } });
      await parts.check(baseUrl, queuePrefix);
    },

    /** Notes that the account of `from` is found at `to` now; a store of any other is left as it is. */
    async move(from: string, to: string): Promise<void> {
      await account.updateOne({ _id: 'account', base_url: from }, { $set: { base_url: to } });
    },
  };
  return parts;
}

export type Account = ReturnType<typeof createAccount>;

function otherAccount(known: string, asked: string): SyncError {
  return new SyncError({
    category: 'conflict',
    code: 'other_account',
    message: `This store was filled from ${known}; the settings name ${asked}.`,
    remedy: `Set BROADSTREET_API_URL back to ${known}, or give MONGODB_URI another database.`,
  });
}

function otherQueuePrefix(known: string, asked: string): SyncError {
  return new SyncError({
    category: 'conflict',
    code: 'other_queue_prefix',
    message: `The processes of this store meet under the queue prefix ${known}; the settings name ${asked}.`,
    remedy:
      `Set QUEUE_PREFIX to ${known}. To change it for good, stop every process of this store first, and take ` +
      'queue_prefix out of the document in its collection `account`.',
  });
}
