import {
  addChanges,
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
import type { RunDocument, ScopeDocument, SyncLogDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from './context.ts';
import { resolveChange } from './import/resolve-change.ts';
import { stageOrphansBelow } from './import/stage-orphans.ts';

/** What the tasks of one kind came to. */
interface KindSum {
  states: Partial<Record<TaskState, number>>;
  counts: RequestCounts;
  rows: number;
  unchanged: number;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

/**
 * Closes a run whose tasks have ended: publishes what an import found, writes SyncLog, and gives the slot to the next.
 * Called again after a crash it goes on where it was.
 */
export async function finishRun(context: SyncContext, runId: string): Promise<void> {
  const { runs, changes } = context.store;
  const run = await runs.get(runId);
  if (run === null || isEnd(runTransitions, run.status)) return;
  if (run.stop !== null && run.status !== 'publishing') return endStopped(context, run);
  const sums = await sumTasks(context, run);
  const status = outcomeOf(totals(sums));
  if (status === 'failed') await changes.discard(run._id);
  const made = run.operation === 'import' ? await publishFound(context, run, status, sums) : exported(sums);
  if (made === 'stopped') return finishRun(context, runId);
  await closeRun(context, run, status, made, sums);
}

async function endStopped(context: SyncContext, run: RunDocument): Promise<void> {
  const { tasks, changes } = context.store;
  await tasks.endOpen(run._id, { state: 'skipped' });
  await changes.discard(run._id);
  const sums = await sumTasks(context, run);
  const made = run.operation === 'export' ? exported(sums) : {};
  await closeRun(context, run, run.stop?.reason === 'cancelled' ? 'cancelled' : 'failed', made, sums);
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
  const open = await context.store.intents.unsettledOf(run._id);
  await context.store.names.forget(run._id, open);
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
  const publishing = await context.store.runs.publishing(run._id);
  if (publishing === null) return 'stopped';
  const scopes = await readScopes(context, run);
  const made = await context.store.publish({ run: publishing, resolve: resolveChange, scopes });
  return withUnchanged(made, sums);
}

async function plannedChanges(context: SyncContext, run: RunDocument): Promise<Made> {
  const made: Made = {};
  for await (const task of context.store.tasks.each({ run_id: run._id, action: 'list', state: 'completed' })) {
    made[task.kind] = addChanges(made[task.kind] ?? noChanges, task.result?.changes ?? noChanges);
  }
  return made;
}

function withUnchanged(made: Made, sums: Sums): Made {
  const counted = [...sums].map(
    ([kind, { unchanged }]) => [kind, { ...(made[kind] ?? noChanges), unchanged }] as const,
  );
  return { ...made, ...Object.fromEntries(counted) };
}

function exported(sums: Sums): Made {
  return Object.fromEntries(
    [...sums].map(([kind, { states }]) => [kind, { ...noChanges, inserted: states.completed ?? 0 }]),
  );
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
  return { states: {}, counts, rows: 0, unchanged: 0, startedAt: at.getTime(), endedAt: at.getTime() };
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
    startedAt: Math.min(before.startedAt, task.created_at.getTime()),
    endedAt: Math.max(before.endedAt, task.ended_at?.getTime() ?? 0),
  };
}

function totals(sums: Sums): Partial<Record<TaskState, number>> {
  const all: Partial<Record<TaskState, number>> = {};
  for (const { states } of sums.values()) {
    for (const state of ['completed', 'failed', 'blocked', 'skipped'] as const) {
      all[state] = (all[state] ?? 0) + (states[state] ?? 0);
    }
  }
  return all;
}

function syncLogs(run: RunDocument, status: RunState, sums: Sums): SyncLogDocument[] {
  const timestamp = new Date();
  return [...sums].map(([kind, { states, counts, rows, startedAt, endedAt }]) => {
    const refused = (states.failed ?? 0) + (states.blocked ?? 0);
    const decided = (states.completed ?? 0) + refused;
    return {
      timestamp,
      operation: run.operation,
      entity_type: kind,
      success: refused === 0 && (run.stop === null || (states.skipped ?? 0) === 0) && status !== 'failed',
      duration: endedAt - startedAt,
      entities_processed: run.operation === 'import' ? rows : decided,
      errors: refused,
      run_id: run._id,
      ...counts,
    };
  });
}
