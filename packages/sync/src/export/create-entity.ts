import type { RequestMeter } from '@broadstreet-sync/broadstreet';
import { type EntityKind, type ErrorRecord, entityKey, type RequestCounts } from '@broadstreet-sync/domain';
import type { IntentDocument, RunDocument, TaskDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import { isAsPlanned } from './is-as-planned.ts';
import { lookUp } from './look-up.ts';
import { offLimits, unconfirmed } from './may-send.ts';
import { promoteIntent } from './promote-intent.ts';
import { endRefused, giveUp, isGivenUp, refuseEdited, refuseTwin, refuseUnsent, skipDeleted } from './refuse.ts';
import { sendIntent } from './send-intent.ts';

/** One pass over one task of an export. */
export interface CreatePass {
  readonly run: RunDocument;
  readonly kind: EntityKind;
  readonly task: TaskDocument;
  /** Aborted when the run or the process is to stop: what is not sent yet is not sent any more. */
  readonly signal: AbortSignal;
  readonly meter: RequestMeter & { counts(): RequestCounts };
}

const pollMs = 500;

/**
 * Takes a create one step further, from wherever its intent stands: each state is stored before what it announces, so
 * that this may be called again after any crash.
 *
 *     planned, claimed → send    sending, ambiguous → wait, then look    created → promote    all else has ended
 */
export async function createEntity(context: SyncContext, pass: CreatePass): Promise<TaskOutcome> {
  const intent = await context.store.intents.get(pass.task.subject);
  switch (intent?.state) {
    case 'planned':
    case 'claimed':
      return begin(context, pass, intent);
    case 'sending':
      return takeOver(context, pass, intent);
    case 'ambiguous':
      return look(context, pass, intent);
    case 'created':
      return promoteIntent(context, pass, intent);
    case 'promoted':
      return endTask(context, pass, { remote_id: intent.remote_id ?? '', sent_name: intent.sent_name });
    default:
      return endRefused(context, pass, intent, intent?.error ?? gone(pass));
  }
}

async function begin(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  if (isGivenUp(intent)) return giveUp(context, pass, intent);
  const draft = await context.store.locals.get(pass.kind.name, intent._id);
  if (draft === null) return skipDeleted(context, pass, intent);
  // What an earlier run was allowed to send, and what came to nothing, is sent anew: it is for this run to be allowed that.
  const error = unconfirmed(pass.run, pass.kind) ?? offLimits(context, intent);
  if (error !== null) return refuseUnsent(context, pass, intent, error);
  if (!isAsPlanned(pass.kind, intent, draft)) return refuseEdited(context, pass, intent);
  return (await isThere(context, pass, intent)) ? refuseTwin(context, pass, intent) : sendIntent(context, pass, intent);
}

/** Looks up an outcome, unless the settings leave out by now where it lies: then it stays open until they do not. */
function look(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const error = offLimits(context, intent);
  return error === null ? lookUp(context, pass, intent) : endRefused(context, pass, intent, error);
}

/** A kind without an id is its parents: another's may have come to light, or been imported, since the plan. */
async function isThere({ store }: SyncContext, { kind }: CreatePass, intent: IntentDocument): Promise<boolean> {
  if (kind.identity.includes('id')) return false;
  return (await store.production.get(kind.name, entityKey(kind, intent.parents))) !== null;
}

function gone({ kind, task }: CreatePass): ErrorRecord {
  const message = `Nothing is stored about creating the ${kind.singular} ${task.subject}.`;
  return { category: 'internal', code: 'no_intent', message, remedy: 'Export again.' };
}

/** A sender that has gone quiet: while its lease lasts it may still be at work. */
async function takeOver(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const expired = await context.store.intents.expire(intent._id);
  if (expired !== null) return look(context, pass, expired);
  const { timeoutMs } = context.limits;
  return putBack(
    context,
    pass.task,
    { delayMs: Math.max(pollMs, timeoutMs / 4), failedAttempt: false },
    pass.meter.counts(),
  );
}

async function endTask(
  context: SyncContext,
  pass: CreatePass,
  result: { remote_id: string; sent_name: string | null },
): Promise<TaskOutcome> {
  await context.store.tasks.end(pass.task._id, null, { state: 'completed', result }, pass.meter.counts());
  return over;
}
