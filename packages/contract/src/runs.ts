import {
  conflictPolicies,
  errorCategories,
  kindName,
  modes,
  operations,
  runStates,
  taskStates,
} from '@broadstreet-sync/domain';
import { z } from 'zod';
import { time } from './entities.ts';

const count = z.int().nonnegative();

/** Whose account this is: the simulator's, or a live one. */
export const accountView = z
  .object({
    mode: z.enum(['demo', 'live']),
    host: z.string(),
    networks: z.array(z.int()).nullable().meta({ description: 'The only networks that are synced; null: all.' }),
  })
  .meta({ id: 'Account' });
export type AccountView = z.output<typeof accountView>;

const kindProgress = z
  .object({
    total: count.nullable().meta({ description: 'Null until the kind is planned.' }),
    completed: count,
    failed: count,
    blocked: count,
    skipped: count,
  })
  .meta({ id: 'KindProgress', description: 'Tasks: lists of an import, entities of an export.' });

const kindChanges = z
  .object({ inserted: count, updated: count, removed: count, unchanged: count, conflicts: count })
  .meta({ id: 'KindChanges', description: 'Entities of production.' });

const errorView = z.object({
  category: z.enum(errorCategories),
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
});

const links = z.object({
  self: z.string(),
  events: z.string(),
  tasks: z.string(),
  errors: z.string(),
  changes: z.string(),
  results: z.string().nullable().meta({ description: 'Of an export; else null.' }),
  cancel: z.string().nullable().meta({ description: 'Null once it cannot be cancelled any more.' }),
  retry: z.string().nullable().meta({ description: 'Null while the run goes on, and where nothing failed.' }),
});

const waiting = z.object({
  for: z.enum(['rate_limit', 'breaker', 'worker', 'store']),
  until: time.nullable(),
  cause: z.string().nullable().meta({ description: 'Of a breaker: what the API failed with.' }),
});

/** A run as every answer and event shows it. */
export const run = z
  .object({
    id: z.string(),
    operation: z.enum(operations),
    mode: z.enum(modes),
    status: z.enum(runStates),
    kinds: z.partialRecord(kindName, kindProgress),
    changes: z.partialRecord(kindName, kindChanges),
    requests: count,
    retries: count,
    rate_limited: count,
    planned_requests: count.nullable().meta({
      description: 'In all, with an estimate for kinds that are not planned yet; null while nothing supports one.',
    }),
    eta_seconds: count.nullable().meta({
      description: 'To the end, from the present rate, latency and waits; null while nothing supports an estimate.',
    }),
    rate: z.number().nullable().meta({ description: 'Requests a second that are allowed now, for all runs together.' }),
    latency_ms: count.nullable().meta({ description: 'Of an answer, as a moving average.' }),
    waiting: waiting.nullable(),
    error: errorView.nullable(),
    created_at: time,
    started_at: time.nullable(),
    ended_at: time.nullable(),
    dry_run: z.boolean(),
    conflicts: z.enum(conflictPolicies),
    requested_by: z.string(),
    retry_of: z.string().nullable(),
    stopping: z.boolean().meta({ description: 'True from the wish to stop until the end.' }),
    account: accountView,
    links,
  })
  .meta({ id: 'Run' });
export type RunView = z.output<typeof run>;

/** The states that end a run; a held one may still be published by a person. */
export const endedRunStates = ['succeeded', 'partial', 'failed', 'cancelled', 'held'] as const;

export const task = z
  .object({
    id: z.string(),
    kind: kindName,
    action: z.enum(['list', 'names', 'create']),
    subject: z.string().meta({ description: 'Scope of a list, or `_id` of a local entity.' }),
    title: z.string(),
    state: z.enum(taskStates),
    attempts: count,
    requests: count,
    rows: count.nullable().meta({ description: 'That a list held.' }),
    remote_id: z.union([z.int(), z.string()]).nullable(),
    not_before: time.nullable(),
    error: errorView.nullable(),
    blocked_by: z
      .object({ kind: kindName, id: z.string(), name: z.string().nullable(), error: errorView.nullable() })
      .nullable(),
    created_at: time,
    ended_at: time.nullable(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.output<typeof task>;

/** What went wrong in a run, one entry for each task that failed or was blocked. */
export const taskError = z
  .object({
    kind: kindName,
    subject: z.string(),
    title: z.string(),
    state: z.enum(['failed', 'blocked']),
    category: z.enum(errorCategories).nullable(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    remedy: z.string().nullable(),
    blocked_by: z.string().nullable().meta({ description: 'Kind and id of what it waited for.' }),
    at: time.nullable(),
  })
  .meta({ id: 'TaskError' });
export type TaskErrorView = z.output<typeof taskError>;

/** A difference that a run found, or made in production. */
export const change = z
  .object({
    kind: kindName,
    key: z.string().meta({ description: 'Id, or the ids of the parents joined by "-".' }),
    operation: z.enum(['insert', 'update', 'remove']),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    at: time.nullable().meta({ description: 'When it was made; null while it is not.' }),
  })
  .meta({ id: 'Change' });
export type ChangeView = z.output<typeof change>;

const outcomes = ['created', 'failed', 'blocked', 'skipped', 'open'] as const;

/** What became of one local entity in an export. */
export const result = z
  .object({
    kind: kindName,
    local_id: z.string(),
    remote_id: z.union([z.int(), z.string()]).nullable(),
    name: z.string().nullable(),
    sent_name: z.string().nullable().meta({ description: 'Another than `name` where that was taken.' }),
    outcome: z.enum(outcomes),
  })
  .meta({ id: 'Result' });
export type ResultView = z.output<typeof result>;

export const syncLog = z
  .object({
    timestamp: time,
    operation: z.enum(operations),
    entity_type: kindName,
    success: z.boolean(),
    duration: z.number().meta({ description: 'Milliseconds.' }),
    entities_processed: count,
    errors: count,
    run_id: z.string(),
    requests: count,
    retries: count,
    rate_limited: count,
    waited_ms: count.meta({ description: 'Time spent waiting for the rate budget.' }),
  })
  .meta({ id: 'SyncLog' });
export type SyncLogView = z.output<typeof syncLog>;
