import { hasEnded, kinds, levels } from '@broadstreet-sync/domain';
import { type JobContext, type JobOutcome, jobIds, type Processors, type RunQueues } from '@broadstreet-sync/jobs';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import {
  finishRun,
  isKindOver,
  kindsAtLevel,
  planKind,
  runTask,
  type SyncContext,
  settleKind,
  startRun,
  type TaskOutcome,
} from '@broadstreet-sync/sync';
import { followingWindow, kindJobs, openGate, openWindow } from './gates.ts';

const over: JobOutcome = { next: 'over' };

/** A processor for each sort of job: it looks the run up, asks the rules, and says what becomes of the job. */
export function createProcessors(context: SyncContext, queues: RunQueues): Processors {
  const { store } = context;

  /** The run, if the job is of its present generation and it has not ended. */
  async function currentRun(data: { run: string; generation: number }): Promise<RunDocument | null> {
    const run = await store.runs.get(data.run);
    return run === null || run.generation !== data.generation || hasEnded(run.status) ? null : run;
  }

  return {
    async run(data) {
      const run = await currentRun(data);
      // Left open, a run whose job is over gets a new flow from the reconciler.
      if (run !== null && !(await hasGaps(store, run, levels.length + 1))) await finishRun(context, run._id);
      return over;
    },

    async level(data, job) {
      const run = await currentRun(data);
      if (run === null) return over;
      if (run.status === 'publishing') return over;
      if (data.level === 1) await startRun(context, run);
      if (run.stop !== null || (await hasGaps(store, run, data.level))) return over;
      const gates = kindJobs(
        run,
        kindsAtLevel(run, data.level).map(({ name }) => name),
      );
      const { known, pending } = await job.children();
      return gates.every(({ id }) => known.has(id)) && pending.size === 0
        ? over
        : { next: 'children', children: gates };
    },

    async kind(data, job) {
      for (;;) {
        const run = await currentRun(data);
        if (run === null || run.stop !== null) return whenChildrenEnded(job);
        const planned = await planKind(context, run, kinds[data.kind]);
        if (planned === null || planned.stop !== null) return whenChildrenEnded(job);
        const outcome = await openGate(store, planned, data.kind, job);
        if (outcome.next !== 'over') return outcome;
        const settled = await settleKind(context, planned, kinds[data.kind]);
        if (settled === null || settled.stop !== null) return whenChildrenEnded(job);
        if (isKindOver(settled, data.kind)) return over;
      }
    },

    async window(data, job) {
      const run = await currentRun(data);
      if (run === null || run.stop !== null) return whenChildrenEnded(job);
      return openWindow(store, run, data.kind, data.window, job);
    },

    async task(data, job) {
      const run = await currentRun(data);
      if (run === null || run.stop !== null) return over;
      const outcome = await runTask(context, run, data.task, job.signal).catch((error: unknown) => {
        // A run that is stopped ends its tasks by itself.
        if (job.signal.aborted) return store.runs.get(run._id).then((now) => endIfStopped(now, error));
        throw error;
      });
      if (outcome.next === 'later') return outcome;
      const plan = run.plan;
      const task = Object.values(plan).some(({ windows }) => windows > 0) ? await store.tasks.get(data.task) : null;
      const latest = task === null ? null : await currentRun(data);
      const following = task === null || latest === null ? null : await followingWindow(store, latest, task);
      if (following !== null && task !== null) {
        await queues.addChildren(jobIds.kind(run._id, run.generation, task.kind), [following]);
      }
      return outcome;
    },
  };
}

/**
 * Says whether a level was passed over: a gate that is taken out of the queue by hand sets its parent free.
 *
 * @param below only levels below this one are looked at
 */
async function hasGaps(store: Store, run: RunDocument, below: number): Promise<boolean> {
  if (run.stop !== null || run.status === 'publishing') return false;
  const names = Array.from({ length: below - 1 }, (_, at) => kindsAtLevel(run, at + 1).map(({ name }) => name)).flat();
  return names.some((name) => !isKindOver(run, name)) || store.tasks.isAnyOpen(run._id, names);
}

/** A gate of a run that stops is over when what is at work under it has ended. */
async function whenChildrenEnded(job: JobContext): Promise<JobOutcome> {
  const { pending } = await job.children();
  return pending.size > 0 ? { next: 'children', children: [] } : over;
}

function endIfStopped(run: RunDocument | null, error: unknown): TaskOutcome {
  if (run === null || run.stop !== null || hasEnded(run.status)) return { next: 'over' };
  throw error;
}
