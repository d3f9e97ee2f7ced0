import { hasEnded, kinds, levels } from '@broadstreet-sync/domain';
import type { JobContext, JobOutcome, Processors, RunQueues } from '@broadstreet-sync/jobs';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import {
  finishRun,
  isKindOver,
  kindsAtLevel,
  kindsToRemove,
  planKind,
  planRemovals,
  planSweeps,
  runTask,
  type SyncContext,
  settleKind,
  startRun,
  type TaskOutcome,
} from '@broadstreet-sync/sync';
import { followingWindow, gateOf, kindJobs, openGate, openSweepGate, openWindow } from './gates.ts';
import { createPace, createRecent } from './recent.ts';
import type { ScheduleKeeper } from './schedule-keeper.ts';

const over: JobOutcome = { next: 'over' };
/** How old a run may be that a task looks at: one reading for tasks that begin at once; a stop is seen as late as this. */
const recentMs = 25;
/** How often a process looks whether a window runs low. */
const windowEveryMs = 100;

interface RunOfJob {
  readonly run: string;
  readonly generation: number;
}

/** A processor for each sort of job: it looks the run up, asks the rules, and says what becomes of the job. */
export function createProcessors(
  context: SyncContext,
  queues: RunQueues,
  carryOut: ScheduleKeeper['carryOut'],
): Processors {
  const { store } = context;

  const recentRun = createRecent(recentMs, (id) => store.runs.get(id));
  const isTimeForWindow = createPace(windowEveryMs);

  /** The run, if the job is of its present generation and it has not ended. */
  async function currentRun(data: RunOfJob, read = store.runs.get): Promise<RunDocument | null> {
    const run = await read(data.run);
    return run === null || run.generation !== data.generation || hasEnded(run.status) ? null : run;
  }

  /** Once a windowed kind's tasks run low, hands over the next of them. The gate does it too, when none is left. */
  async function refill(run: RunDocument, data: RunOfJob & { readonly task: string }): Promise<void> {
    const hasWindows = Object.values(run.plan).some(({ windows }) => windows > 0);
    if (!hasWindows || !isTimeForWindow(run._id)) return;
    const [task, latest] = await Promise.all([store.tasks.get(data.task), currentRun(data)]);
    if (task === null || latest === null) return;
    const following = await followingWindow(store, latest, task);
    if (following !== null) await queues.addChildren(gateOf(run, task), [following]);
  }

  return {
    async run(data) {
      const run = await currentRun(data);
      // Left open, a run whose job is over gets a new flow from the reconciler.
      if (run === null || (await hasGaps(store, run, levels.length + 1)) || (await hasRemovals(store, run)))
        return over;
      if (await hasSweeps(context, run)) return over;
      const begun = await finishRun(context, run._id, run.generation);
      if (begun !== null) await queues.startRun(begun);
      return over;
    },

    async sweep(data, job) {
      const run = await currentRun(data);
      if (run === null || run.stop !== null) return whenChildrenEnded(job);
      if (await hasGaps(store, run, levels.length + 1)) return over;
      await planSweeps(context, run);
      return openSweepGate(store, run, job);
    },

    async level(data, job) {
      const run = await currentRun(data);
      if (run === null) return over;
      if (run.status === 'publishing') return over;
      const { known, pending } = await job.children();
      // With children it has begun.
      if (data.level === 1 && known.size === 0) await startRun(context, run);
      if (run.stop !== null || (await hasGaps(store, run, data.level))) return over;
      const gates = kindJobs(
        run,
        kindsAtLevel(run, data.level).map(({ name }) => name),
      );
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
        const outcome = await openGate(store, planned, { kind: data.kind, stage: 'levels' }, job);
        if (outcome.next !== 'over') return outcome;
        const settled = await settleKind(context, planned, kinds[data.kind]);
        if (settled === null || settled.stop !== null) return whenChildrenEnded(job);
        if (isKindOver(settled, data.kind)) return over;
      }
    },

    async removals(data, job) {
      const begun = await currentRun(data);
      // Left open, a run of which something is undone gets a new flow from the reconciler.
      if (begun === null || (await hasGaps(store, begun, levels.length + 1))) return over;
      for (const kind of kindsToRemove(begun)) {
        const run = await currentRun(data);
        if (run === null || run.stop !== null) return whenChildrenEnded(job);
        await planRemovals(context, run, kind);
        const planned = await currentRun(data);
        if (planned === null || planned.stop !== null) return whenChildrenEnded(job);
        const outcome = await openGate(store, planned, { kind: kind.name, stage: 'removals' }, job);
        if (outcome.next !== 'over') return outcome;
      }
      return over;
    },

    async window(data, job) {
      const run = await currentRun(data);
      if (run === null || run.stop !== null) return whenChildrenEnded(job);
      return openWindow(store, run, data, job);
    },

    async task(data, job) {
      const run = await currentRun(data, recentRun);
      if (run === null || run.stop !== null) return over;
      const outcome = await runTask(context, run, data.task, job.signal).catch((error: unknown) => {
        // A run that is stopped ends its tasks by itself.
        if (job.signal.aborted) return store.runs.get(run._id).then((now) => endIfStopped(now, error));
        throw error;
      });
      if (outcome.next === 'later') return outcome;
      context.reach('before_ack');
      await refill(run, data);
      return outcome;
    },

    async tick({ schedule }) {
      const delayMs = await carryOut(schedule);
      return delayMs === null ? over : { next: 'later', delayMs };
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
  return names.some((name) => !isKindOver(run, name)) || store.tasks.isAnyOpen(run._id, names, 'levels');
}

/** Says whether parents are still to be looked at, also where one has come up since the others were. */
async function hasSweeps(context: SyncContext, run: RunDocument): Promise<boolean> {
  if (run.operation !== 'export' || run.stop !== null) return false;
  await planSweeps(context, run);
  return (await context.store.tasks.openSweeps(run._id, 1)).length > 0;
}

/** Says whether something of an export is still to be removed, or to be looked for. */
async function hasRemovals(store: Store, run: RunDocument): Promise<boolean> {
  if (run.stop !== null) return false;
  for (const { name } of kindsToRemove(run)) {
    if (run.plan[name]?.removals !== 'ready' || (await store.tasks.isAnyOpen(run._id, [name], 'removals'))) return true;
  }
  return false;
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
