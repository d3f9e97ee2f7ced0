import {
  actions,
  type EntityKind,
  type ErrorRecord,
  intentTransitions,
  isUnderWay,
  sourcesOf,
} from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import type { CreatePass } from './create-entity.ts';
import { nameScope } from './name-scope.ts';
import { noteError } from './refuse.ts';

/** Why an outcome stays open: the list that would show it cannot be read. */
export function unreadReason(cause: ErrorRecord): ErrorRecord {
  const way = isForLater(cause)
    ? 'That is found out by itself as soon as it can be'
    : 'Export again once it can be: that looks first, and sends nothing twice';
  const message = `It was sent, and nobody knows what became of it: the list that would show it could not be read (${cause.message}). ${way}.`;
  return { ...cause, message };
}

/** Says whether the same look may succeed later, or with another token: then the settler has it in time. */
export function isForLater({ category }: Pick<ErrorRecord, 'category'>): boolean {
  return ['stop_run', 'retry', 'wait'].includes(actions[category]);
}

/** The parent's list cannot be read: what was sent stays open until the settler, or a later run, can look. */
export async function leaveUnread(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  cause: ErrorRecord,
): Promise<void> {
  if (!isForLater(cause)) await context.store.intents.park(intent._id, intent.fence, unreadReason(cause));
  await noteError(context, pass, unreadReason(cause));
}

/** Parks an intent that no run carries on, and notes why on its entity. */
export async function parkAlone(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  reason: ErrorRecord,
): Promise<void> {
  if ((await context.store.intents.park(intent._id, intent.fence, reason)) === null) return;
  const { message, category } = reason;
  const error = { message, category, run_id: intent.run_id };
  await context.store.locals.recordErrors(kind.name, [{ id: intent._id, error }]);
}

/**
 * Ends a task that has been started often and never ended, so that it seems to bring its process down: its entity is
 * left alone until a later run.
 *
 * @returns null when it cannot be parked as it stands: somebody may be sending it
 */
export async function parkPoison(context: SyncContext, pass: CreatePass, starts: number): Promise<TaskOutcome | null> {
  const { intents, tasks } = context.store;
  const intent = await intents.get(pass.task.subject);
  const message = `Creating the ${pass.kind.singular} was started ${starts} times without coming to an end: it seems to bring its process down.`;
  const remedy = 'Look at the log of the worker for what happened, then export again.';
  const reason: ErrorRecord = { category: 'internal', code: 'parked', message, remedy };
  if (intent !== null && !(await parkIntent(context, pass.kind, intent, reason))) return null;
  await noteError(context, pass, reason);
  await tasks.end(pass.task._id, null, { state: 'failed', error: reason }, pass.meter.counts());
  return { next: 'over', failure: message };
}

/**
 * Parks an intent as it stands; one that has come to an end stays so.
 *
 * @returns false when somebody may be at work on it
 */
export async function parkIntent(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  reason: ErrorRecord,
): Promise<boolean> {
  const { intents, names } = context.store;
  if (intent.state === 'sending') return false;
  if (!sourcesOf(intentTransitions, 'parked').includes(intent.state)) return true;
  if ((await intents.park(intent._id, intent.fence, reason)) === null) return false;
  if (!isUnderWay(intent)) await names.release(intent._id, nameScope(kind, intent.parents));
  return true;
}
