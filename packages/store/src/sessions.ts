import type { SessionDocument } from './access-documents.ts';
import type { Collections } from './collections.ts';

/** Log-ins of browsers, each under the hash of what its cookie holds. */
export function createSessions({ sessions }: Pick<Collections, 'sessions'>) {
  return {
    async open(session: SessionDocument): Promise<void> {
      await sessions.insertOne(session);
    },

    /** One that has not expired. MongoDB removes expired ones only once a minute. */
    find: (hash: string, now: Date): Promise<SessionDocument | null> =>
      sessions.findOne({ _id: hash, expires_at: { $gt: now } }),

    async end(hash: string): Promise<void> {
      await sessions.deleteOne({ _id: hash });
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
