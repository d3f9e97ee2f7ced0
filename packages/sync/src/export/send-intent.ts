import type { Row } from '@broadstreet-sync/broadstreet';
import { type EntityFields, type EntityKind, entityKey, RemoteError } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import { fillParameters } from '../list-call.ts';
import type { CreatePass } from './create-entity.ts';
import { endFailedSend } from './end-failed-send.ts';
import { promoteIntent } from './promote-intent.ts';
import { refuse } from './refuse.ts';

/** How much longer than one request a claim is held. */
const leaseMarginMs = 15_000;
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
  const leaseMs = context.limits.timeoutMs + leaseMarginMs;
  const endsAt = performance.now() + leaseMs;
  const intent = await context.store.intents.claim(planned._id, context.owner, leaseMs);
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

/** Another create with the same name or parents has an open outcome, which is decided in time, or by another run. */
async function waitForTwin(context: SyncContext, pass: CreatePass, planned: IntentDocument): Promise<TaskOutcome> {
  const { timeoutMs, settleMs } = context.limits;
  const mostWaits = Math.ceil((2 * (timeoutMs + leaseMarginMs + settleMs)) / overtakenMs);
  if (pass.task.attempts < mostWaits) {
    return putBack(context, pass.task, { delayMs: overtakenMs, failedAttempt: true }, pass.meter.counts());
  }
  const message = 'Another one with the same name or parents was sent, and its answer is not known yet.';
  const remedy = 'Export everything of this kind, which finds out, and then this one again.';
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
  { signal, meter, task }: CreatePass,
  { intent, endsAt }: Claim,
): Promise<'ready' | number> {
  const { intents } = context.store;
  let state = intent.state;
  for (;;) {
    try {
      // One that is given up was counted as a repetition before.
      const isRetry = task.attempts > 0 && state !== 'sending';
      const reservation = await context.budget.reserve({ maxWaitMs: longestSlotMs, isRetry });
      if (reservation.slot === null) {
        if (state === 'sending') await intents.backToPlanned(intent._id, intent.fence);
        return reservation.retryInMs;
      }
      const { slot } = reservation;
      const sending = await intents.sending(intent._id, intent.fence, slot.waitMs, intent.attempt + 1);
      if (sending === null) return overtakenMs;
      state = sending.state;
      const arrived = await slot.arrive(signal);
      if (arrived) signal.throwIfAborted();
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
    method: 'POST' as const,
    path: create.path,
    query: fillParameters(create.query, intent.parents),
    body: { ...fillParameters(create.body ?? {}, intent.parents), ...intent.payload },
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
  if (created === null) {
    // Overtaken in between: whoever did so looks for what was created.
    return again(context, pass, overtakenMs);
  }
  return promoteIntent(context, pass, created);
}

/** What identifies what was created: the answered id, or the parents of a kind that has none. */
function createdKey(kind: EntityKind, intent: IntentDocument, answer: EntityFields | null): string {
  const identity: EntityFields = { ...answer, ...(kind.identity.includes('id') ? {} : intent.parents) };
  if (kind.identity.every((field) => Number.isSafeInteger(identity[field]))) return entityKey(kind, identity);
  throw new RemoteError({
    category: 'contract',
    code: 'no_id',
    message: `The answer to creating a ${kind.singular} has no id.`,
    outcome: 'unknown',
    method: 'POST',
    path: kind.create.path,
  });
}
