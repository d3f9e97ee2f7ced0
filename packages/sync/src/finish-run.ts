import { hasEnded, noChanges, outcomeOf, type RunState, type TaskState } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from './context.ts';
import { endPlanning } from './export/end-planning.ts';
import { wouldMake } from './export/made-changes.ts';
import { noteStop } from './export/note-stop.ts';
import { onlyPlans } from './export/planning.ts';
import { endOf, type Made, publishFound, unpublishedOf } from './import/publish-found.ts';
import { noteFailures } from './import/scope-reports.ts';
import { whatStays } from './import/what-stays.ts';
import { isOnlyPlanned } from './is-only-planned.ts';
import { type Sums, sumTasks, syncLogs, totals } from './sum-tasks.ts';

/** How long what was not published is kept, so that a person may have it published. */
const keepMs = 7 * 24 * 3_600_000;

/**
 * Closes a run whose tasks have ended: publishes what an import found, writes SyncLog, and gives the slot to the next.
 * Called again after a crash it goes on where it was; also when a person has what was not published go on.
 *
 * @param generation of the flow that has ended; of an overtaken one nothing follows
 * @returns the run where it has only begun: its plan holds, and is carried out in a flow that is to be made
 */
export async function finishRun(context: SyncContext, runId: string, generation?: number): Promise<RunDocument | null> {
  const run = await context.store.runs.get(runId);
  if (run === null || hasEnded(run.status)) return null;
  if (generation !== undefined && run.generation !== generation) return null;
  if (run.stop !== null && run.status !== 'publishing') return endStopped(context, run);
  if (run.operation === 'import') return finishImport(context, run, generation);
  if (onlyPlans(run)) {
    const planned = await endPlanning(context, run);
    if (planned !== 'planned') return planned === 'stopped' ? finishRun(context, runId, run.generation) : planned;
  }
  const sums = await sumTasks(context, run);
  const outcome = outcomeOf(run.dry_run ? asIfCarriedOut(totals(sums)) : totals(sums));
  await closeRun(context, run, outcome, await exported(context, run, sums), sums);
  return null;
}

async function finishImport(context: SyncContext, run: RunDocument, generation?: number): Promise<RunDocument | null> {
  const unpublished = await unpublishedOf(context, run);
  const sums = await sumTasks(context, run, (taskId) => unpublished.has(taskId));
  const outcome = outcomeOf(totals(sums));
  if (outcome === 'failed') await forgetChanges(context, run);
  const made = outcome === 'failed' ? {} : await publishFound(context, run, sums, unpublished);
  if (made === 'stopped') return finishRun(context, run._id, generation);
  const error = await whatStays(context, run, made);
  if (error === null) await closeRun(context, run, endOf(run, outcome, unpublished), made, sums);
  else await closeRun(context, { ...run, error }, 'partial', made, sums);
  return null;
}

async function endStopped(context: SyncContext, run: RunDocument): Promise<null> {
  await noteStop(context, run);
  await context.store.tasks.endOpen(run._id, { state: 'skipped', error: run.error });
  await forgetChanges(context, run);
  const sums = await sumTasks(context, run);
  const made = run.operation === 'export' && !run.dry_run ? await exported(context, run, sums) : {};
  await closeRun(context, run, run.stop?.reason === 'cancelled' ? 'cancelled' : 'failed', made, sums);
  return null;
}

/** A dry run ends as the run would that carries it out, as far as can be known: what it would create counts as done. */
function asIfCarriedOut(states: Partial<Record<TaskState, number>>): Partial<Record<TaskState, number>> {
  return { ...states, completed: (states.completed ?? 0) + (states.skipped ?? 0), skipped: 0 };
}

async function forgetChanges({ store }: SyncContext, run: RunDocument): Promise<void> {
  await store.changes.discard(run._id);
  await store.holds.discard(run._id);
}

async function closeRun(
  context: SyncContext,
  run: RunDocument,
  status: RunState,
  made: Made,
  sums: Sums,
): Promise<void> {
  const { store } = context;
  const { runs, logs } = store;
  const keepUntil = await keepUnpublished(context, run, status);
  const isExport = run.operation === 'export';
  const note = isExport ? forgetNames : noteFailures;
  await Promise.all([logs.write(syncLogs(run, status, sums)), note(context, run)]);
  const ended = await runs.finish(run._id, status, made, run.error, keepUntil);
  if (ended === null) return;
  context.log.info({ run: run._id, operation: run.operation, status }, `${run.operation} ${status}`);
  // After the end, which readers wait for; where it breaks off the reconciler goes on with it.
  await store.archive(ended);
}

/**
 * Has an import that was published take the place of what earlier ones hold.
 *
 * @returns until when what is not published is kept; null where there is nothing
 */
async function keepUnpublished({ store }: SyncContext, run: RunDocument, status: RunState): Promise<Date | null> {
  if (run.operation !== 'import' || status === 'failed' || status === 'cancelled') return null;
  if (!isOnlyPlanned(run)) await store.holds.replace(run);
  if (!isOnlyPlanned(run) && status !== 'held') return null;
  await store.changes.prune(run._id);
  return new Date(Date.now() + keepMs);
}

/** An entity whose outcome is open keeps its name: nobody else may take it meanwhile. */
async function forgetNames(context: SyncContext, run: RunDocument): Promise<void> {
  const open = await context.store.intents.open();
  await context.store.names.forget(
    run._id,
    open.map(({ _id }) => _id),
  );
}

/** Of a dry run what it would make. */
async function exported({ store }: SyncContext, { _id, dry_run }: RunDocument, sums: Sums): Promise<Made> {
  const planned = dry_run ? wouldMake(await store.plans.counts(_id)) : {};
  return Object.fromEntries([...sums].map(([kind, { made }]) => [kind, dry_run ? (planned[kind] ?? noChanges) : made]));
}
