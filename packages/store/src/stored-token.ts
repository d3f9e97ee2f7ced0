import type { StoredTokenDocument } from './access-documents.ts';
import type { Collections } from './collections.ts';

/** The access token as it was set here, sealed: nobody reads it without the secret key. */
export function createStoredToken({ secrets }: Pick<Collections, 'secrets'>) {
  return {
    read: (): Promise<StoredTokenDocument | null> => secrets.findOne({ _id: 'access_token' }),

    /** Keeps a token in place of the one before. */
    async keep(sealed: string, by: string): Promise<void> {
      await secrets.updateOne(
        { _id: 'access_token' },
        { $set: { sealed, set_at: new Date(), set_by: by } },
        { upsert: true },
      );
    },
  };
}

export type StoredToken = ReturnType<typeof createStoredToken>;
