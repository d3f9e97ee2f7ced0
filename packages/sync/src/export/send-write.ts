import type { Row, WriteRequest } from '@broadstreet-sync/broadstreet';
import type { SyncContext } from '../context.ts';
import { isRepetition } from '../is-repetition.ts';
import type { WritePass } from './write-pass.ts';

/** A slot further ahead is not waited for in the job. */
const longestSlotMs = 1000;
/** Past this time since it was looked at, a claim may be another's: well below the time after which a job is given away. */
const longestUnseenMs = 5000;
const overtakenMs = 1000;

type SendPass = Pick<WritePass, 'signal' | 'meter' | 'task'>;

/** The answer of a write, or after how many ms to try again where it was not sent. */
export type SentWrite = { readonly answer: Row | null } | { readonly retryInMs: number };

/**
 * Waits for a slot of the budget and sends an update or a removal, unless the claim was overtaken meanwhile: then another
 * is at it, and a late request could undo what came after.
 *
 * @param store stores what is about to be sent, and says whether the claim still holds; called before each slot
 * @param forget takes that back where nothing was sent after all
 * @throws RemoteError, or the signal's reason where it was aborted before the request left
 */
export async function sendWrite(
  context: SyncContext,
  pass: SendPass,
  request: WriteRequest,
  { store, forget }: { store: () => Promise<boolean>; forget: () => Promise<void> },
): Promise<SentWrite> {
  const ready = await takeSlot(context, pass, store).catch(async (error: unknown) => {
    await forget();
    throw error;
  });
  if (ready !== 'ready') {
    await forget();
    return { retryInMs: ready };
  }
  context.reach('before_write');
  // Not given the signal: a write that has begun is finished.
  const answer = await context.remote.write({ ...request, slotTaken: true }, { meter: pass.meter });
  context.reach('after_write');
  return { answer };
}

async function takeSlot(
  context: SyncContext,
  { signal, meter, task }: SendPass,
  store: () => Promise<boolean>,
): Promise<'ready' | number> {
  // A slot that is given up has been counted as a repetition already.
  for (let isRetry = isRepetition(task); ; isRetry = false) {
    const reservation = await context.budget.reserve({ maxWaitMs: longestSlotMs, isRetry });
    if (reservation.slot === null) return reservation.retryInMs;
    const { slot } = reservation;
    const seenAt = performance.now();
    if (!(await store())) return overtakenMs;
    const arrived = await slot.arrive(signal);
    meter.waited(slot.waitMs);
    signal.throwIfAborted();
    if (arrived && performance.now() - seenAt < longestUnseenMs) return 'ready';
  }
}
