import type { ErrorRecord } from './errors.ts';
import type { KindName } from './kind.ts';
import type { RunState, TaskState } from './states.ts';

export const operations = ['import', 'export'] as const;
export type Operation = (typeof operations)[number];

export const modes = ['full', 'fresh', 'incremental', 'due'] as const;
export type Mode = (typeof modes)[number];

/** Age in hours that an import of the mode `due` keeps to where none is given. */
export const defaultMaxAgeHours = 24;

export const conflictPolicies = ['remote_wins', 'local_wins', 'manual'] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];

/** Tasks of one kind in a run, by how they stand. `total` is null until the kind is planned. */
export interface KindProgress {
  readonly total: number | null;
  readonly completed: number;
  readonly failed: number;
  readonly blocked: number;
  readonly skipped: number;
}

/** Entities of one kind that a run changed in production. */
export interface KindChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly conflicts: number;
}

export const noChanges: KindChanges = { inserted: 0, updated: 0, removed: 0, unchanged: 0, conflicts: 0 };

/** What two parts of a run changed, together. */
export function addChanges(one: KindChanges, other: KindChanges): KindChanges {
  return {
    inserted: one.inserted + other.inserted,
    updated: one.updated + other.updated,
    removed: one.removed + other.removed,
    unchanged: one.unchanged + other.unchanged,
    conflicts: one.conflicts + other.conflicts,
  };
}

/** Requests that a run or a task made, and how they went. */
export interface RequestCounts {
  readonly requests: number;
  readonly retries: number;
  readonly rate_limited: number;
  readonly waited_ms: number;
}

/**
 * How a run ends, from how its tasks ended.
 *
 * @param tasks number of counted tasks by state
 */
export function outcomeOf(tasks: Readonly<Partial<Record<TaskState, number>>>): RunState {
  const refused = (tasks.failed ?? 0) + (tasks.blocked ?? 0);
  if (refused === 0) return 'succeeded';
  return (tasks.completed ?? 0) > 0 ? 'partial' : 'failed';
}

export interface BlockedBy {
  readonly kind: KindName;
  readonly id: string;
  readonly name: string | null;
  readonly error: ErrorRecord | null;
}
