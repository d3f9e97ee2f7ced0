import type { ErrorRecord } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import type { CreatePass } from './create-entity.ts';
import { nameScope } from './name-scope.ts';

/** Requests after which an entity whose answers are lost each time is given up. */
const mostSends = 5;

/** Says whether an entity was sent so often without an answer that it is given up. */
export function isGivenUp(intent: IntentDocument): boolean {
  return intent.attempt >= mostSends;
}

/** The entity stays local, with its error; what hangs on it is blocked by that. */
export async function refuse(
  context: SyncContext,
  { kind, run, task, meter }: CreatePass,
  intent: IntentDocument,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const state = error.category === 'dependency' ? 'blocked' : 'failed';
  const { intents, locals, names, tasks } = context.store;
  await intents.refused(intent._id, intent.fence, state === 'blocked' ? 'blocked' : 'rejected', error);
  const { message, category } = error;
  await locals.recordErrors(kind.name, [{ id: intent._id, error: { message, category, run_id: run._id } }]);
  await names.release(intent._id, nameScope(kind, intent.parents));
  await tasks.end(task._id, null, { state, error }, meter.counts());
  return over;
}
