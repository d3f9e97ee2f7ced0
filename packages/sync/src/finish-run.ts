import {
  isEnd,
  type KindChanges,
  type KindName,
  kindNames,
  noChanges,
  outcomeOf,
  type RequestCounts,
  type RunState,
  runTransitions,
  type TaskState,
} from '@broadstreet-sync/domain';
import type { Publication, RunDocument, ScopeDocument, SyncLogDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from './context.ts';
import { endPlanning } from './export/end-planning.ts';
import { addChanges, madeChanges, wouldMake } from './export/made-changes.ts';
import { noteStop } from './export/note-stop.ts';
import { onlyPlans } from './export/planning.ts';
import { resolveChange } from './import/resolve-change.ts';
import { stageOrphansBelow } from './import/stage-orphans.ts';

/** What the tasks of one kind came to. */
interface KindSum {
  states: Partial<Record<TaskState, number>>;
  counts: RequestCounts;
  rows: number;
  unchanged: number;
  /** Sweeps that have found what a person must see to: no part of the progress. */
  swept: number;
  /** By an export. */
  made: KindChanges;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

/**
 * Closes a run whose tasks have ended: publishes what an import found, writes SyncLog, and gives the slot to the next.
 * Called again after a crash it goes on where it was.
 *
 * @param generation of the flow that has ended; of an overtaken one nothing follows
 * @returns the run where it has only begun: its plan holds, and is carried out in a flow that is to be made
 */
export async function finishRun(context: SyncContext, runId: string, generation?: number): Promise<RunDocument | null> {
  const { runs, changes } = context.store;
  const run = await runs.get(runId);
  if (run === null || isEnd(runTransitions, run.status)) return null;
  if (generation !== undefined && run.generation !== generation) return null;
  if (run.stop !== null && run.status !== 'publishing') return endStopped(context, run);
  if (run.operation === 'export' && onlyPlans(run)) {
    const planned = await endPlanning(context, run);
    if (planned !== 'planned') return planned === 'stopped' ? finishRun(context, runId, run.generation) : planned;
  }
  const sums = await sumTasks(context, run);
  const status = outcomeOf(run.operation === 'export' && run.dry_run ? asIfCarriedOut(totals(sums)) : totals(sums));
  if (status === 'failed') await changes.discard(run._id);
  const made =
    run.operation === 'import' ? await publishFound(context, run, status, sums) : await exported(context, run, sums);
  if (made === 'stopped') return finishRun(context, runId, generation);
  await closeRun(context, run, status, made, sums);
  return null;
}

async function endStopped(context: SyncContext, run: RunDocument): Promise<null> {
  const { tasks, changes } = context.store;
  await noteStop(context, run);
  await tasks.endOpen(run._id, { state: 'skipped', error: run.error });
  await changes.discard(run._id);
  const sums = await sumTasks(context, run);
  const made = run.operation === 'export' && !run.dry_run ? await exported(context, run, sums) : {};
  await closeRun(context, run, run.stop?.reason === 'cancelled' ? 'cancelled' : 'failed', made, sums);
  return null;
}

/** A dry run ends as the run would that carries it out, as far as can be known: what it would create counts as done. */
function asIfCarriedOut(states: Partial<Record<TaskState, number>>): Partial<Record<TaskState, number>> {
  return { ...states, completed: (states.completed ?? 0) + (states.skipped ?? 0), skipped: 0 };
}

type Sums = Map<KindName, KindSum>;
type Made = Partial<Record<KindName, KindChanges>>;

async function closeRun(
  context: SyncContext,
  run: RunDocument,
  status: RunState,
  made: Made,
  sums: Sums,
): Promise<void> {
  const { store } = context;
  const { runs, logs } = store;
  const isExport = run.operation === 'export';
  await Promise.all([logs.write(syncLogs(run, status, sums)), isExport ? forgetNames(context, run) : undefined]);
  const ended = await runs.finish(run._id, status, made, run.error);
  if (ended === null) return;
  context.log.info({ run: run._id, operation: run.operation, status }, `${run.operation} ${status}`);
  // After the end, which readers wait for; where it breaks off the reconciler goes on with it.
  await store.archive(ended);
}

/** An entity whose outcome is open keeps its name: nobody else may take it meanwhile. */
async function forgetNames(context: SyncContext, run: RunDocument): Promise<void> {
  const open = await context.store.intents.open();
  await context.store.names.forget(
    run._id,
    open.map(({ _id }) => _id),
  );
}

async function publishFound(
  context: SyncContext,
  run: RunDocument,
  status: RunState,
  sums: Sums,
): Promise<Made | 'stopped'> {
  if (status === 'failed') return {};
  if (run.status !== 'publishing') await stageOrphansBelow(context, run);
  if (run.dry_run) return withUnchanged(await plannedChanges(context, run), sums);
  const [publishing, scopes] = await Promise.all([context.store.runs.publishing(run._id), readScopes(context, run)]);
  if (publishing === null) return 'stopped';
  const resolve: Publication['resolve'] = (change, current, now) => resolveChange(change, current, now, run.conflicts);
  const made = await context.store.publish({ run: publishing, resolve, scopes });
  return withUnchanged(made, sums);
}

async function plannedChanges(context: SyncContext, run: RunDocument): Promise<Made> {
  const made: Made = {};
  for await (const task of context.store.tasks.each({ run_id: run._id, action: 'list', state: 'completed' })) {
    made[task.kind] = addChanges(made[task.kind] ?? noChanges, {
      ...(task.result?.changes ?? noChanges),
      unchanged: 0,
    });
  }
  return made;
}

function withUnchanged(made: Made, sums: Sums): Made {
  const counted = [...sums].map(
    ([kind, { unchanged }]) => [kind, { ...(made[kind] ?? noChanges), unchanged }] as const,
  );
  return { ...made, ...Object.fromEntries(counted) };
}

/** Of a dry run what it would make. */
async function exported({ store }: SyncContext, { _id, dry_run }: RunDocument, sums: Sums): Promise<Made> {
  const planned = dry_run ? wouldMake(await store.plans.counts(_id)) : {};
  return Object.fromEntries([...sums].map(([kind, { made }]) => [kind, dry_run ? (planned[kind] ?? noChanges) : made]));
}

async function readScopes(context: SyncContext, run: RunDocument): Promise<ScopeDocument[]> {
  const scopes: ScopeDocument[] = [];
  for await (const task of context.store.tasks.each({ run_id: run._id, action: 'list', state: 'completed' })) {
    const { kind, subject: scope } = task;
    const verifiedAt = task.result?.requested_at ?? task.created_at;
    scopes.push({
      _id: `${kind}:${scope}`,
      kind,
      scope,
      rows: task.result?.rows ?? 0,
      verified_at: verifiedAt,
      run_id: run._id,
    });
  }
  return scopes;
}

async function sumTasks(context: SyncContext, run: RunDocument): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const task of context.store.tasks.each({ run_id: run._id })) {
    sums.set(task.kind, addTask(sums.get(task.kind), task));
  }
  // A kind that was asked for and had nothing to do leaves its record too.
  const concerned = kindNames.filter((kind) => sums.has(kind) || run.kinds.includes(kind));
  return new Map(concerned.map((kind) => [kind, sums.get(kind) ?? emptySum(run.started_at ?? run.created_at)]));
}

function emptySum(at: Date): KindSum {
  const counts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };
  const [startedAt, endedAt] = [at.getTime(), at.getTime()];
  return { states: {}, counts, rows: 0, unchanged: 0, swept: 0, made: noChanges, startedAt, endedAt };
}

function addTask(sum: KindSum | undefined, task: TaskDocument): KindSum {
  const before = sum ?? emptySum(task.created_at);
  const { counts } = before;
  return {
    states: task.counted ? { ...before.states, [task.state]: (before.states[task.state] ?? 0) + 1 } : before.states,
    counts: {
      requests: counts.requests + task.counts.requests,
      retries: counts.retries + task.counts.retries,
      rate_limited: counts.rate_limited + task.counts.rate_limited,
      waited_ms: counts.waited_ms + task.counts.waited_ms,
    },
    rows: before.rows + (task.counted ? (task.result?.rows ?? 0) : 0),
    unchanged: before.unchanged + (task.result?.changes?.unchanged ?? 0),
    swept: before.swept + (task.action === 'sweep' && task.state === 'failed' ? 1 : 0),
    made: addChanges(before.made, madeChanges(task)),
    startedAt: Math.min(before.startedAt, task.created_at.getTime()),
    endedAt: Math.max(before.endedAt, task.ended_at?.getTime() ?? 0),
  };
}

function totals(sums: Sums): Partial<Record<TaskState, number>> {
  const all: Partial<Record<TaskState, number>> = {};
  for (const { states, swept } of sums.values()) {
    for (const state of ['completed', 'failed', 'blocked', 'skipped'] as const) {
      all[state] = (all[state] ?? 0) + (states[state] ?? 0);
    }
    all.failed = (all.failed ?? 0) + swept;
  }
  return all;
}

function syncLogs(run: RunDocument, status: RunState, sums: Sums): SyncLogDocument[] {
  const timestamp = new Date();
  return [...sums].map(([kind, { states, counts, rows, swept, startedAt, endedAt }]) => {
    const refused = (states.failed ?? 0) + (states.blocked ?? 0);
    const decided = (states.completed ?? 0) + refused;
    const errors = refused + swept;
    return {
      timestamp,
      operation: run.operation,
      entity_type: kind,
      success: errors === 0 && (run.stop === null || (states.skipped ?? 0) === 0) && status !== 'failed',
      duration: endedAt - startedAt,
      entities_processed: run.operation === 'import' ? rows : decided,
      errors,
      run_id: run._id,
      ...counts,
    };
  });
}
