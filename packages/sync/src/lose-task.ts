import { kinds, toErrorRecord } from '@broadstreet-sync/domain';
import type { SyncContext } from './context.ts';
import { parkIntent } from './export/park.ts';

/**
 * Ends a task whose job failed for a reason of its own too often. What it was to create stays local, with the error, and
 * is parked: the next export goes on from where it stands.
 */
export async function loseTask(context: SyncContext, taskId: string, cause: Error): Promise<void> {
  const { tasks, locals, intents } = context.store;
  const task = await tasks.get(taskId);
  if (task === null || task.ended_at !== null) return;
  const error = toErrorRecord(cause);
  if (task.action === 'create' || task.action === 'link') {
    const intent = await intents.get(task.subject);
    if (intent !== null) await parkIntent(context, kinds[task.kind], intent, error);
    const { message, category } = error;
    await locals.recordErrors(task.kind, [{ id: task.subject, error: { message, category, run_id: task.run_id } }]);
  }
  const counts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };
  await tasks.end(taskId, null, { state: 'failed', error }, counts);
}
