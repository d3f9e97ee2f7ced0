import { type EntityKind, type ErrorRecord, RemoteError, toErrorRecord } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { judge, putBack, stopIfUseless } from '../end-attempt.ts';
import type { CreatePass } from './create-entity.ts';
import { overtaken, refuse } from './refuse.ts';
import { rename } from './rename.ts';
import { lateMsOf, settleMsOf } from './times.ts';

/**
 * Decides about a create that did not succeed, by what is known of the request: it was not carried out, it was refused,
 * or nobody knows.
 */
export async function endFailedSend(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  error: unknown,
): Promise<TaskOutcome> {
  const { intents } = context.store;
  if (!(error instanceof RemoteError)) throw error;
  const record = toErrorRecord(error);
  if (error.outcome === 'unknown') {
    const ambiguous = await intents.ambiguous(intent._id, intent.fence);
    return ambiguous === null ? suspect(context, pass, intent) : waitForOutcome(context, pass, intent, record);
  }
  if (isNameTaken(pass.kind, error) && intent.name !== null && !intent.was_renamed) {
    return rename(context, pass, intent, record);
  }
  const verdict = judge(error, record.category, pass.task.attempts, context.random());
  if (verdict.again) {
    await intents.backToPlanned(intent._id, intent.fence);
    return putBack(context, pass.task, { ...verdict, error: record }, pass.meter.counts());
  }
  await stopIfUseless(context, pass.run._id, record);
  return refuse(context, pass, intent, record);
}

/** An answer was lost: nothing can be known until the API has surely decided. */
async function waitForOutcome(
  context: SyncContext,
  pass: CreatePass,
  { _id }: IntentDocument,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const delayMs = await context.store.intents.untilSettledMs(_id, settleMsOf(context.limits));
  return putBack(context, pass.task, { delayMs, failedAttempt: true, error }, pass.meter.counts());
}

/** The claim was overtaken before the request left, and its answer is lost: nobody else knows that it left so late. */
async function suspect(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  await context.store.strays.suspect(intent._id, intent.sent_name, lateMsOf(context.limits));
  return overtaken(context, pass);
}

/** The API says that the name, and nothing else, is in the way. */
function isNameTaken(kind: EntityKind, error: RemoteError): boolean {
  const [field] = kind.unique;
  return error.category === 'validation' && field !== undefined && error.fields?.[field] !== undefined;
}
