import { type EntityFields, isUnderWay, type KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { LocalDocument } from './documents.ts';
import type { Locals } from './locals.ts';
import { inTransaction } from './transactions.ts';

/** It has been sent: what it is made into is what was sent, and a change of the draft would be lost. */
export const beingExported = 'being_exported';

/**
 * Changes of drafts by people, who may do so while an export is at it. Each touches the draft's intent as well, so that of
 * a change and a sending at the same time one knows of the other: the sender looks at the draft after it has stored that
 * it sends.
 */
export function createDraftEdits(db: mongo.Db, { intents }: Collections, locals: Locals) {
  function unlessSent<T>(id: string, work: (session: mongo.ClientSession) => Promise<T>) {
    return inTransaction(db, async (session): Promise<T | typeof beingExported> => {
      const touched = { $set: { draft_touched_at: new Date() } };
      const intent = await intents.findOneAndUpdate({ _id: id }, touched, { session });
      return intent !== null && isUnderWay(intent) ? beingExported : work(session);
    });
  }

  return {
    /** As {@link Locals.update}. */
    update: (
      kind: KindName,
      id: string,
      patch: EntityFields,
      revision?: number,
    ): Promise<LocalDocument | null | typeof beingExported> =>
      unlessSent(id, (session) => locals.update(kind, id, patch, revision, session)),

    /** As {@link Locals.remove}. */
    remove: (kind: KindName, id: string, revision?: number): Promise<boolean | typeof beingExported> =>
      unlessSent(id, (session) => locals.remove(kind, id, revision, session)),
  };
}

export type DraftEdits = ReturnType<typeof createDraftEdits>;
