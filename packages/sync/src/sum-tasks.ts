import {
  addChanges,
  type KindChanges,
  type KindName,
  kindNames,
  noChanges,
  type RequestCounts,
  type RunState,
  type TaskState,
} from '@broadstreet-sync/domain';
import type { RunDocument, SyncLogDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from './context.ts';
import { madeChanges } from './export/made-changes.ts';
import { isOnlyPlanned } from './is-only-planned.ts';

/** What the tasks of one kind came to. */
export interface KindSum {
  states: Partial<Record<TaskState, number>>;
  counts: RequestCounts;
  rows: number;
  unchanged: number;
  /** Lists that are not published. */
  held: number;
  /** Sweeps that have found what a person must see to: no part of the progress. */
  swept: number;
  /** By an export. */
  made: KindChanges;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

export type Sums = ReadonlyMap<KindName, KindSum>;

/**
 * Sums up a run's tasks, by kind.
 *
 * @param isHeld says whether what a task read is not published
 */
export async function sumTasks(
  context: SyncContext,
  run: RunDocument,
  isHeld: (taskId: string) => boolean = () => false,
): Promise<Sums> {
  const sums = new Map<KindName, KindSum>();
  for await (const task of context.store.tasks.each({ run_id: run._id })) {
    sums.set(task.kind, addTask(sums.get(task.kind), task, isHeld(task._id)));
  }
  // A kind that was asked for and had nothing to do leaves its record too.
  const concerned = kindNames.filter((kind) => sums.has(kind) || run.kinds.includes(kind));
  return new Map(concerned.map((kind) => [kind, sums.get(kind) ?? emptySum(run.started_at ?? run.created_at)]));
}

function emptySum(at: Date): KindSum {
  const counts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };
  const none = { rows: 0, unchanged: 0, held: 0, swept: 0, made: noChanges };
  return { states: {}, counts, ...none, startedAt: at.getTime(), endedAt: at.getTime() };
}

function addTask(sum: KindSum | undefined, task: TaskDocument, isHeld: boolean): KindSum {
  const before = sum ?? emptySum(task.created_at);
  const { counts } = before;
  const { unchanged } = (isHeld ? null : task.result?.changes) ?? noChanges;
  return {
    states: task.counted ? { ...before.states, [task.state]: (before.states[task.state] ?? 0) + 1 } : before.states,
    counts: {
      requests: counts.requests + task.counts.requests,
      retries: counts.retries + task.counts.retries,
      rate_limited: counts.rate_limited + task.counts.rate_limited,
      waited_ms: counts.waited_ms + task.counts.waited_ms,
    },
    rows: before.rows + (task.counted ? (task.result?.rows ?? 0) : 0),
    unchanged: before.unchanged + unchanged,
    held: before.held + (isHeld ? 1 : 0),
    swept: before.swept + (task.action === 'sweep' && task.state === 'failed' ? 1 : 0),
    made: addChanges(before.made, madeChanges(task)),
    startedAt: Math.min(before.startedAt, task.created_at.getTime()),
    endedAt: Math.max(before.endedAt, task.ended_at?.getTime() ?? 0),
  };
}

/** How all counted tasks ended. */
export function totals(sums: Sums): Partial<Record<TaskState, number>> {
  const all: Partial<Record<TaskState, number>> = {};
  for (const { states, swept } of sums.values()) {
    for (const state of ['completed', 'failed', 'blocked', 'skipped'] as const) {
      all[state] = (all[state] ?? 0) + (states[state] ?? 0);
    }
    all.failed = (all.failed ?? 0) + swept;
  }
  return all;
}

/** SyncLog: what each kind of a run came to. */
export function syncLogs(run: RunDocument, status: RunState, sums: Sums): SyncLogDocument[] {
  const timestamp = new Date();
  // What an import has read is worth nothing before it is published.
  const isLost = status === 'failed' || (run.operation === 'import' && status === 'cancelled');
  return [...sums].map(([kind, { states, counts, rows, held, swept, startedAt, endedAt }]) => {
    const refused = (states.failed ?? 0) + (states.blocked ?? 0);
    const decided = (states.completed ?? 0) + refused;
    const errors = refused + swept;
    const isWhole = errors + held === 0 && (run.stop === null || (states.skipped ?? 0) === 0);
    return {
      timestamp,
      operation: run.operation,
      entity_type: kind,
      success: isWhole && !isLost,
      duration: endedAt - startedAt,
      entities_processed: run.operation === 'import' ? rows : decided,
      errors,
      run_id: run._id,
      dry_run: isOnlyPlanned(run),
      ...counts,
    };
  });
}
