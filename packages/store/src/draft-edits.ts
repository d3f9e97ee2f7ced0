import { type EntityFields, isUnderWay, type KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { LocalDocument } from './documents.ts';
import type { Locals } from './locals.ts';
import { inTransaction } from './transactions.ts';

/** A local entity. */
export interface DraftRef {
  readonly kind: KindName;
  readonly _id: string;
}

/** It has been sent: what it is made into is what was sent, and a change of the draft would be lost. */
export const beingExported = 'being_exported';

/**
 * Changes of drafts by people, who may do so while an export is at it. Each touches the draft's intent as well, so that of
 * a change and a sending at the same time one knows of the other: the sender looks at the draft after it has stored that
 * it sends.
 */
export function createDraftEdits(db: mongo.Db, { intents }: Collections, locals: Locals) {
  const touched = () => ({ $set: { draft_touched_at: new Date() } });

  function unlessSent<T>(id: string, work: (session: mongo.ClientSession) => Promise<T>) {
    return inTransaction(db, async (session): Promise<T | typeof beingExported> => {
      const intent = await intents.findOneAndUpdate({ _id: id }, touched(), { session });
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

    /**
     * Deletes a draft with what hangs on it: all of it or nothing.
     *
     * @param drafts the draft first; its children are deleted as they are
     * @param revision the draft is deleted only if it is still this
     * @returns false where the draft is not there as wanted; of drafts that have been sent, one
     */
    remove: (
      [draft, ...children]: readonly [DraftRef, ...DraftRef[]],
      revision?: number,
    ): Promise<boolean | DraftRef> =>
      inTransaction(db, async (session) => {
        const all = [draft, ...children];
        const own = { _id: { $in: all.map(({ _id }) => _id) } };
        await intents.updateMany(own, touched(), { session });
        const known = await intents.find(own, { session }).toArray();
        const sent = new Set(known.filter(isUnderWay).map(({ _id }) => _id));
        const first = all.find(({ _id }) => sent.has(_id));
        if (first !== undefined) return first;
        if (!(await locals.remove(draft.kind, draft._id, revision, session))) return false;
        for (const { kind, _id } of children) await locals.remove(kind, _id, undefined, session);
        return true;
      }),
  };
}

export type DraftEdits = ReturnType<typeof createDraftEdits>;
