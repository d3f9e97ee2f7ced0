import { kinds } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import { createMeter, over, type SyncContext, type TaskOutcome } from './context.ts';
import { endFailedRead, putBack } from './end-attempt.ts';
import { createEntity } from './export/create-entity.ts';
import { readNames } from './export/read-names.ts';
import { listScope } from './import/list-scope.ts';

/** Starts without an end after which a task is taken to bring its process down. */
const mostStarts = 5;

/**
 * Does what a task is for, once. Running it twice, at once or after a crash, is as good as once.
 *
 * @param signal aborted when the run or the process is to stop
 * @throws what the store threw, or the signal's reason: the job is to be run again
 */
export async function runTask(
  context: SyncContext,
  run: RunDocument,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const task = await context.store.tasks.get(taskId);
  if (task === null || task.ended_at !== null || run.stop !== null) return over;
  if (task.action === 'create') {
    const pass = { run, kind: kinds[task.kind], task, signal, meter: createMeter() };
    return createEntity(context, pass);
  }
  return runRead(context, run, task, signal);
}

async function runRead(
  context: SyncContext,
  run: RunDocument,
  planned: TaskDocument,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { tasks } = context.store;
  const task = await tasks.claim(planned._id, context.owner);
  if (task === null) return { next: 'later', delayMs: 1000 };
  const meter = createMeter();
  if (task.starts > mostStarts) {
    const message = `Started ${mostStarts} times without an end: it seems to bring its process down.`;
    const error = { category: 'internal' as const, code: 'parked', message, remedy: 'Look at the log of the worker.' };
    await tasks.end(task._id, task.fence, { state: 'failed', error }, meter.counts());
    return over;
  }
  try {
    const kind = kinds[task.kind];
    const call = { signal, meter, isRetry: task.attempts > 0 };
    const result =
      task.action === 'list'
        ? await listScope(context, run, kind, task, call)
        : await readNames(context, kind, task, call);
    await tasks.end(task._id, task.fence, { state: 'completed', result }, meter.counts());
    return over;
  } catch (error) {
    if (signal.aborted) {
      await putBack(context, task, { delayMs: 0, failedAttempt: false }, meter.counts());
      throw error;
    }
    return endFailedRead(context, task, error, meter.counts());
  }
}
