import type { CallContext } from '@broadstreet-sync/broadstreet';
import { kinds } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import { createMeter, over, type SyncContext, type TaskOutcome } from './context.ts';
import { endFailedRead, putBack } from './end-attempt.ts';
import { createEntity } from './export/create-entity.ts';
import { linkEntity } from './export/link-entity.ts';
import { parkPoison } from './export/park.ts';
import { readNames } from './export/read-names.ts';
import { isNotFound } from './export/read-one.ts';
import { removeEntity } from './export/remove-entity.ts';
import { endSweep, runSweep } from './export/run-sweep.ts';
import { updateEntity } from './export/update-entity.ts';
import { listOf } from './import/lists.ts';
import { listScopeOrLose } from './import/lost-scope.ts';
import { rereadParents } from './import/reread-parents.ts';
import { isRepetition } from './is-repetition.ts';

/** Starts without an end after which a task is taken to bring its process down. */
const mostStarts = 5;
const busyMs = 500;

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
  if (run.stop !== null) return over;
  const { tasks } = context.store;
  // Of an import's there is none to create: to look for one in vain waits for the disk, as a write does.
  if (run.operation === 'export') {
    const create = await tasks.startCreate(taskId, context.owner);
    if (create !== null) return runCreate(context, run, create, signal);
    const task = await tasks.get(taskId);
    if (task === null || task.ended_at !== null) return over;
    if (task.action === 'link') return linkEntity(context, run, task);
  }
  const claimed = await tasks.claim(taskId, context.owner);
  if (claimed !== null) return runClaimed(context, run, claimed, signal);
  const task = await tasks.get(taskId);
  return task === null || task.ended_at !== null ? over : { next: 'later', delayMs: 1000 };
}

/** @param task as it was started: a create is claimed by its intent */
async function runCreate(
  context: SyncContext,
  run: RunDocument,
  task: TaskDocument,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { tasks } = context.store;
  const pass = { run, kind: kinds[task.kind], task, signal, meter: createMeter() };
  try {
    const parked = task.starts > mostStarts ? await parkPoison(context, pass, mostStarts) : null;
    return parked ?? (await createEntity(context, pass));
  } catch (error) {
    // The process lives: what it met is no sign of poison. What was counted, whoever met it has counted.
    const back = { delayMs: 0, failedAttempt: false };
    await tasks.putBack(task._id, task.fence, back, createMeter().counts()).catch(() => undefined);
    throw error;
  }
}

function read(context: SyncContext, run: RunDocument, task: TaskDocument, call: CallContext): Promise<TaskResult> {
  const kind = kinds[task.kind];
  if (task.action === 'list') return listScopeOrLose(context, run, kind, task, call);
  if (task.action === 'reread') return rereadParents(context, run, kind, task, call);
  return readNames(context, kind, task, call);
}

async function runClaimed(
  context: SyncContext,
  run: RunDocument,
  task: TaskDocument,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { tasks } = context.store;
  const meter = createMeter();
  if (task.starts > mostStarts) {
    const message = `Started ${mostStarts} times without an end: it seems to bring its process down.`;
    const error = { category: 'internal' as const, code: 'parked', message, remedy: 'Look at the log of the worker.' };
    await tasks.end(task._id, task.fence, { state: 'failed', error }, meter.counts());
    return over;
  }
  try {
    const kind = kinds[task.kind];
    if (task.action === 'update') return await updateEntity(context, { run, kind, task, signal, meter });
    if (task.action === 'remove') return await removeEntity(context, { run, kind, task, signal, meter });
    const call = { signal, meter, isRetry: isRepetition(task) };
    if (task.action === 'sweep') {
      const swept = await runSweep(context, kind, task, call);
      return swept === null
        ? await putBack(context, task, { delayMs: busyMs, failedAttempt: false }, meter.counts())
        : await endSweep(context, task, swept, meter.counts());
    }
    const result = await read(context, run, task, call);
    await tasks.endClaimed(task._id, task.fence, { state: 'completed', result }, meter.counts());
    return over;
  } catch (error) {
    if (signal.aborted) {
      await putBack(context, task, { delayMs: 0, failedAttempt: false }, meter.counts());
      throw error;
    }
    if (await isOfRemoved(context, task, error)) {
      await tasks.end(task._id, task.fence, { state: 'skipped' }, meter.counts());
      return over;
    }
    return endFailedRead(context, task, error, meter.counts());
  }
}

/** Says whether a list is not there since an export has removed what it is of: then there is nothing to read. */
async function isOfRemoved({ store }: SyncContext, task: TaskDocument, error: unknown): Promise<boolean> {
  const { list, id } = listOf(kinds[task.kind], task.subject);
  if (task.action !== 'list' || list.scope === 'account' || id === null || !isNotFound(error)) return false;
  return store.production.wasRemoved(list.scope, String(id));
}
