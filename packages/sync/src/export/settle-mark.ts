import type { EntityKind } from '@broadstreet-sync/domain';
import type { MarkedEntity, ProductionDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { readOne } from './read-one.ts';
import type { RemovalRefusal } from './removal-checks.ts';
import type { RemovalWish } from './removal-wish.ts';
import { settleMsOf } from './times.ts';
import { claimOf, type WritePass } from './write-pass.ts';

/** Says whether a request for it may have left in an earlier attempt: then only the API knows what became of it. */
export function wasSent({ sync }: ProductionDocument): boolean {
  return sync.deletion !== undefined && sync.deletion.sent_at !== null;
}

/** What an undo has begun and not ended: another export finds out what became of it, and does not send it again. */
export function leaveToUndo(
  { run, kind }: WritePass,
  { _id }: ProductionDocument,
  { undo }: RemovalWish,
): RemovalRefusal | null {
  return undo === null || undoOf(run) !== null ? null : notUndone(kind, _id);
}

function notUndone({ singular }: EntityKind, key: string): RemovalRefusal {
  const message = `The ${singular} ${key} stays: the undo that was to remove it has ended, and Broadstreet has it still.`;
  const remedy = 'Undo the run again to remove it.';
  return { state: 'skipped', error: { category: 'validation', code: 'kept', message, remedy } };
}

/**
 * What a refusal means for an entity for which a request may have left before: once that is decided and the account shows
 * the entity still, it was not removed, and is not being removed any more.
 *
 * @returns the refusal, after how many ms to look again, or `gone` when the account has it no more
 */
export async function settleMark(
  context: SyncContext,
  pass: WritePass,
  { document, marked }: { readonly document: ProductionDocument; readonly marked: readonly MarkedEntity[] },
  refusal: RemovalRefusal,
): Promise<RemovalRefusal | 'gone' | { readonly retryInMs: number }> {
  const sentAt = document.sync.deletion?.sent_at ?? null;
  if (sentAt === null) return refusal;
  const { store, limits } = context;
  const retryInMs = sentAt.getTime() + settleMsOf(limits) - (await store.now()).getTime();
  if (retryInMs > 0) return { retryInMs };
  const row = await readOne(context, pass.kind, document, { signal: pass.signal, meter: pass.meter });
  // What still hangs on it here is not taken away with it: the next import looks for that.
  if (row === null) return refusal.state === 'blocked' ? refusal : 'gone';
  await store.deletions.refused(marked, claimOf(pass));
  return refusal;
}
