import type { Row } from '@broadstreet-sync/broadstreet';
import { type EntityFields, type EntityKind, entityKey, oneOf, RemoteError } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import { isRepetition } from '../is-repetition.ts';
import { createRequest } from '../requests.ts';
import type { CreatePass } from './create-entity.ts';
import { endFailedSend } from './end-failed-send.ts';
import { isAsPlanned } from './is-as-planned.ts';
import { noteStray } from './note-stray.ts';
import { promoteIntent } from './promote-intent.ts';
import { refuse } from './refuse.ts';
import { leaseMsOf } from './times.ts';

/** A slot further ahead is not waited for in the job. */
const longestSlotMs = 1000;
const overtakenMs = 1000;

/** A claimed intent, with the instant at which the claim ends by this process's own clock. */
interface Claim {
  readonly intent: IntentDocument;
  readonly endsAt: number;
}

/** Claims a planned intent and sends it once. */
export async function sendIntent(
  context: SyncContext,
  pass: CreatePass,
  planned: IntentDocument,
): Promise<TaskOutcome> {
  context.reach('before_intent');
  const leaseMs = leaseMsOf(context.limits);
  const endsAt = performance.now() + leaseMs;
  const intent = await context.store.intents.claim(planned._id, context.owner, leaseMs, pass.run._id);
  if (intent === 'twin') return waitForTwin(context, pass, planned);
  if (intent === null) return again(context, pass, overtakenMs);
  context.reach('after_intent');
  const claim = { intent, endsAt };
  const ready = await takeSlot(context, pass, claim);
  if (ready !== 'ready') return again(context, pass, ready);
  context.reach('before_request');
  try {
    const answer = await post(context, pass, intent);
    context.reach('after_request');
    return await keepCreated(context, pass, intent, answer);
  } catch (error) {
    return endFailedSend(context, pass, intent, error);
  }
}

/**
 * Another create with the same name or parents has an open outcome. It is decided in time, by its own task or the
 * reconciler; one that is parked by a later run only.
 */
async function waitForTwin(context: SyncContext, pass: CreatePass, planned: IntentDocument): Promise<TaskOutcome> {
  const { intents } = context.store;
  const twin = await intents.twinOf(planned);
  // Of a process that is gone, for an entity that nobody exports any more.
  if (twin?.state === 'claimed') await intents.lapse(twin._id);
  if (twin?.state !== 'parked') return again(context, pass, overtakenMs);
  const message = `Another one with the same name or parents (${twin._id}) was sent, and nobody knows what became of it.`;
  const remedy = 'Export that one again, which finds out, and then this one.';
  return refuse(context, pass, planned, { category: 'conflict', code: 'twin_open', message, remedy });
}

function again(context: SyncContext, { task, meter }: CreatePass, delayMs: number): Promise<TaskOutcome> {
  return putBack(context, task, { delayMs, failedAttempt: false }, meter.counts());
}

/**
 * Waits for a slot of the budget, having stored before that the request leaves then. A slot that is given up is stored
 * anew; an intent whose claim was overtaken or is about to end is left alone.
 *
 * @returns `ready`, or after how many ms to try again
 * @throws the signal's reason, with the intent back as planned
 */
async function takeSlot(
  context: SyncContext,
  { kind, signal, meter, task }: CreatePass,
  { intent, endsAt }: Claim,
): Promise<'ready' | number> {
  const { intents } = context.store;
  let state = intent.state;
  for (;;) {
    try {
      // One that is given up was counted as a repetition before.
      const isRetry = isRepetition(task) && state !== 'sending';
      const reservation = await context.budget.reserve({ maxWaitMs: longestSlotMs, isRetry });
      if (reservation.slot === null) {
        if (state === 'sending') await intents.backToPlanned(intent._id, intent.fence);
        return reservation.retryInMs;
      }
      const { slot } = reservation;
      const sending = await intents.sending(intent._id, intent.fence, slot.waitMs, intent.attempt + 1);
      if (sending === null) return overtakenMs;
      state = sending.state;
      // From here on nobody may change the draft; until here somebody may have.
      const draft = await context.store.locals.get(kind.name, intent._id);
      if (draft === null || !isAsPlanned(kind, intent, draft)) {
        await intents.backToPlanned(intent._id, intent.fence);
        return 0;
      }
      const arrived = await slot.arrive(signal);
      if (arrived) signal.throwIfAborted();
      context.reach('before_lease_check');
      const isHeld = performance.now() + context.limits.timeoutMs < endsAt;
      meter.waited(slot.waitMs);
      if (arrived && isHeld) return 'ready';
      if (!isHeld) {
        await intents.backToPlanned(intent._id, intent.fence);
        return 0;
      }
    } catch (error) {
      await intents.backToPlanned(intent._id, intent.fence);
      throw error;
    }
  }
}

/** The request of a create. Not given the signal: a write that has begun is finished. */
async function post(context: SyncContext, { kind, meter }: CreatePass, intent: IntentDocument): Promise<Row | null> {
  const { create } = kind;
  const request = {
    ...createRequest(kind, intent.parents, intent.payload),
    envelope: create.envelope,
    answers: create.answers,
    slotTaken: true,
  };
  return context.remote.write(create.answers === 'row' ? { ...request, row: kind.row } : request, { meter });
}

async function keepCreated(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  answer: Row | null,
): Promise<TaskOutcome> {
  const key = createdKey(pass.kind, intent, answer);
  const created = await context.store.intents.created(intent._id, intent.fence, key, answer);
  context.reach('after_created');
  if (created !== null) return promoteIntent(context, pass, created);
  await noteStray(context, pass, intent, key);
  return again(context, pass, overtakenMs);
}

/** What identifies what was created: the answered id, or the parents of a kind that has none. */
function createdKey(kind: EntityKind, intent: IntentDocument, answer: EntityFields | null): string {
  const identity: EntityFields = { ...answer, ...(kind.identity.includes('id') ? {} : intent.parents) };
  if (kind.identity.every((field) => Number.isSafeInteger(identity[field]))) return entityKey(kind, identity);
  throw new RemoteError({
    category: 'contract',
    code: 'no_id',
    message: `The answer to creating ${oneOf(kind)} has no id.`,
    outcome: 'unknown',
    method: 'POST',
    path: kind.create.path,
  });
}
