import { type ErrorRecord, isUnderWay } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import type { CreatePass } from './create-entity.ts';
import { nameScope } from './name-scope.ts';

/** Answers lost after which an entity is given up. */
const mostLost = 5;
const overtakenMs = 1000;
const deletedCode = 'deleted';
/** It is gone from here: there was nothing to do any more. */
const goneCodes: readonly string[] = [deletedCode, 'linked'];
/** Nothing is wrong with the entity: somebody has to allow it. */
const notAllowedCodes: readonly string[] = ['confirmation_needed', 'network_not_allowed'];

function endOf({ category, code }: ErrorRecord): 'blocked' | 'failed' | 'skipped' {
  if (goneCodes.includes(code)) return 'skipped';
  return category === 'dependency' || notAllowedCodes.includes(code) ? 'blocked' : 'failed';
}

/** Says whether so many answers were lost, each without effect, that the entity is given up. */
export function isGivenUp(intent: IntentDocument): boolean {
  return (intent.lost ?? 0) >= mostLost;
}

/** Somebody else is at work on the same create: what becomes of it is theirs to say. */
export function overtaken(context: SyncContext, { task, meter }: CreatePass): Promise<TaskOutcome> {
  return putBack(context, task, { delayMs: overtakenMs, failedAttempt: false }, meter.counts());
}

/** The entity stays local, with its error; what hangs on it is blocked by that. */
export async function refuse(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const state = error.category === 'dependency' ? 'blocked' : 'rejected';
  const refused = await context.store.intents.refused(intent._id, intent.fence, state, error);
  return refused === null ? overtaken(context, pass) : endRefused(context, pass, refused, error);
}

/** What follows once an intent is refused; again after a crash it changes nothing. */
export async function endRefused(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument | null,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const { kind, task, meter } = pass;
  const { names, tasks } = context.store;
  await noteError(context, pass, error);
  if (intent !== null && !isUnderWay(intent)) await names.release(intent._id, nameScope(kind, intent.parents));
  const state = endOf(error);
  await tasks.end(task._id, null, { state, error }, meter.counts());
  return state === 'skipped' ? over : { next: 'over', failure: error.message };
}

/** Notes on the entity why this run does not create it. */
export async function noteError(
  { store }: SyncContext,
  { kind, run, task }: CreatePass,
  error: ErrorRecord,
): Promise<void> {
  const { message, category } = error;
  await store.locals.recordErrors(kind.name, [{ id: task.subject, error: { message, category, run_id: run._id } }]);
}

/** Refuses what has not been sent. */
export async function refuseUnsent(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const claimed = await context.store.intents.claim(intent._id, context.owner, context.limits.timeoutMs);
  if (claimed === null || claimed === 'twin') return overtaken(context, pass);
  return refuse(context, pass, claimed, error);
}

/** Somebody deleted the entity here after the plan, and before anything was sent: there is nothing to do. */
export function skipDeleted(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const message = 'It was deleted here before it was sent.';
  return refuseUnsent(context, pass, intent, { category: 'validation', code: deletedCode, message, remedy: null });
}

/** Somebody edited the entity here after the plan: what was planned is not what they want. */
export function refuseEdited(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const message = 'It was edited here after the export was planned, and has not been sent.';
  const remedy = 'Export again to send it as it is now.';
  return refuseUnsent(context, pass, intent, { category: 'conflict', code: 'edited', message, remedy });
}

/** What it would create exists by now. */
export function refuseTwin(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const message = `The ${pass.kind.singular} of the same parents exists in Broadstreet already.`;
  const remedy = 'Delete this one, or change its parents.';
  return refuseUnsent(context, pass, intent, { category: 'conflict', code: 'exists', message, remedy });
}

/** After many lost answers, each of which proved to have been without effect. */
export function giveUp(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const message = `Sent ${intent.lost ?? 0} times, and each time neither answered nor carried out.`;
  const remedy = 'Check that Broadstreet can be reached, then export again.';
  return refuseUnsent(context, pass, intent, { category: 'network', code: 'gave_up', message, remedy });
}
