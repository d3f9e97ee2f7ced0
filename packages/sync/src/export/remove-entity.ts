import { type ErrorRecord, RemoteError, removeRequest } from '@broadstreet-sync/domain';
import type { Dependant, MarkedEntity, ProductionDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import { undoOf } from '../undo-of.ts';
import { whyNotWritten } from './existing.ts';
import { planStaying } from './plan-removals.ts';
import { isNotFound } from './read-one.ts';
import { type RemovalRefusal, readHanging, whyNotRemovable } from './removal-checks.ts';
import { markAll, readWish } from './removal-wish.ts';
import { type SentWrite, sendWrite } from './send-write.ts';
import { leaveToUndo, settleMark, wasSent } from './settle-mark.ts';
import { claimedWrite, claimOf, endFailedWrite, endRefusedWrite, type WritePass } from './write-pass.ts';

/** A removal under way. */
interface Removing {
  readonly document: ProductionDocument;
  /** What is stored on the entity, and on what goes along, before the request leaves. */
  readonly marked: readonly MarkedEntity[];
  readonly along: readonly Dependant[];
}

const overtakenMs = 1000;

/**
 * Removes an entity from the account: looks that nothing is lost with it that nobody named, stores what is about to be
 * done, asks the API, and takes it out of production. What is not there any more is removed: so it may be done again after
 * any crash.
 */
export async function removeEntity(context: SyncContext, pass: WritePass): Promise<TaskOutcome> {
  const { kind, task } = pass;
  const document = await context.store.production.get(kind.name, task.subject);
  if (document === null) return endGone(context, pass);
  const wish = await readWish(context, pass, document);
  if (wish === null) return endRefusedWrite(context, pass, 'skipped', kept(pass));
  const { along, others } = await readHanging(context, kind, document);
  const removing = { document, along, marked: await markAll(context, pass, document, wish, along) };
  const error = whyNotWritten(context, kind, document);
  if (error !== null) return endRefused(context, pass, removing, { state: 'failed', error });
  try {
    const refusal =
      (await whyNotRemovable(context, pass, document, wish, { along, others })) ?? leaveToUndo(pass, document, wish);
    const verdict =
      refusal === null || refusal === 'gone' ? refusal : await settleMark(context, pass, removing, refusal);
    if (verdict !== null && typeof verdict === 'object') return await endRefused(context, pass, removing, verdict);
    const sent = await remove(context, pass, removing, verdict === 'gone');
    if ('retryInMs' in sent) {
      return await putBack(context, task, { delayMs: sent.retryInMs, failedAttempt: false }, pass.meter.counts());
    }
    return await settle(context, pass, removing);
  } catch (error) {
    if (isNotFound(error)) return settle(context, pass, removing);
    if (isWithoutEffect(error, document)) await context.store.deletions.refused(removing.marked, claimOf(pass));
    return endFailedWrite(context, pass, error, (record) => planStaying(context, pass, along, record));
  }
}

/** Ends a removal that is refused, or puts it off until it is known what became of an earlier request. */
async function endRefused(
  context: SyncContext,
  pass: WritePass,
  { along }: Removing,
  refusal: RemovalRefusal | { readonly retryInMs: number },
): Promise<TaskOutcome> {
  if ('retryInMs' in refusal) {
    const wait = { delayMs: refusal.retryInMs, failedAttempt: false };
    return putBack(context, pass.task, wait, pass.meter.counts());
  }
  await planStaying(context, pass, along, refusal.error);
  return endRefusedWrite(context, pass, refusal.state, refusal.error);
}

/** Stores what is about to be removed, and what with it; then asks for it, unless the account has it no more. */
async function remove(
  context: SyncContext,
  pass: WritePass,
  { document, marked }: Removing,
  isGone: boolean,
): Promise<SentWrite> {
  const { kind, task } = pass;
  const { deletions, tasks } = context.store;
  const claim = claimOf(pass);
  if (isGone) return (await deletions.sending(marked, claim)) ? { answer: null } : { retryInMs: overtakenMs };
  const request = { ...removeRequest(kind, document), envelope: kind.singular, answers: 'nothing' as const };
  let isMarked = false;
  return sendWrite(context, pass, request, {
    async store() {
      if (isMarked) return tasks.isHeld(task._id, task.fence);
      isMarked = await deletions.sending(marked, claim);
      return isMarked;
    },
    async forget() {
      if (isMarked && !wasSent(document)) await deletions.refused(marked, claim);
    },
  });
}

/** Takes what is removed out of production, gives back what returns to local, and ends the task. */
async function settle(
  context: SyncContext,
  pass: WritePass,
  { document, along, marked }: Removing,
): Promise<TaskOutcome> {
  const { kind } = pass;
  const named = new Set((document.sync.deletion?.drafts ?? []).map(({ key }) => key));
  const hanging = await context.store.dependants.draftsOf([{ kind: kind.name, key: document._id }, ...along]);
  const drafts = hanging.filter(({ _id }) => named.has(_id)).map(({ kind: name, _id }) => ({ kind: name, key: _id }));
  await context.store.removeEntity({ ...claimedWrite(pass), drafts, marked });
  context.reach('after_settlement');
  return over;
}

/** Says whether the entity surely is where it was: the API refused to remove it, or was never asked. */
function isWithoutEffect(error: unknown, document: ProductionDocument): boolean {
  if (!(error instanceof RemoteError)) return false;
  if (error.category === 'validation' || error.category === 'conflict') return true;
  return error.outcome !== 'unknown' && !wasSent(document);
}

/** Production has it no more: an import was first. What a person wanted gone is; an undo has nothing to give back. */
async function endGone(context: SyncContext, pass: WritePass): Promise<TaskOutcome> {
  const { kind, run, task, meter } = pass;
  if (undoOf(run) !== null) {
    const message = `The ${kind.singular} ${task.subject} is not there any more.`;
    return endRefusedWrite(context, pass, 'skipped', { category: 'validation', code: 'gone', message, remedy: null });
  }
  const result = { remote_id: task.subject };
  await context.store.tasks.end(task._id, task.fence, { state: 'completed', result }, meter.counts());
  return over;
}

function kept({ kind, task }: WritePass): ErrorRecord {
  const message = `The ${kind.singular} ${task.subject} is kept: the wish to delete it was taken back.`;
  return { category: 'validation', code: 'kept', message, remedy: null };
}
