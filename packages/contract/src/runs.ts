import {
  adoptPolicies,
  conflictPolicies,
  errorCategories,
  holdCodes,
  holdStates,
  kindName,
  modes,
  operations,
  runStates,
  taskStates,
} from '@broadstreet-sync/domain';
import { z } from 'zod';
import { fieldConflict } from './conflicts.ts';
import { time } from './time.ts';

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

export const errorView = z.object({
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
  plan: z.string().nullable().meta({ description: 'Of a dry run of an export, and of a run that carries one out.' }),
  cancel: z.string().nullable().meta({ description: 'Null once it cannot be cancelled any more.' }),
  retry: z.string().nullable().meta({ description: 'Null while the run goes on, and where nothing failed.' }),
  held: z.string().nullable().meta({ description: 'Of an import; else null.' }),
  confirm: z.string().nullable().meta({ description: 'Null where nothing waits to be confirmed.' }),
  publish: z.string().nullable().meta({ description: 'Of a dry run that can be published; else null.' }),
  board: z.string().meta({ description: 'Its jobs in Bull Board.' }),
  undo: z.string().nullable().meta({ description: 'Of an export that has ended and created something; else null.' }),
  revert: z.string().nullable().meta({ description: 'Undoes an import that has changed production; else null.' }),
});

const waiting = z.object({
  for: z.enum(['rate_limit', 'breaker', 'worker', 'store', 'late_commits']).meta({
    description: '`late_commits`: all is done, and parents are looked at once more for what comes late.',
  }),
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
    found: z.partialRecord(kindName, count).meta({ description: 'Rows that the lists of an import held so far.' }),
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
    filters: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What an incremental import is limited to; else empty.' }),
    max_age_hours: z.number().nullable().meta({ description: 'Of the mode `due`; else null.' }),
    reads_first: z.array(kindName).meta({
      description: 'Kinds that were not asked for, of which an import reads lists first: those asked for hang on them.',
    }),
    requested_by: z.string(),
    schedule: z
      .object({
        id: z.string(),
        name: z.string(),
        at: time.nullable().meta({ description: 'The tick that it is for; null: a person had it run.' }),
      })
      .nullable()
      .meta({ description: 'The schedule that it comes from.' }),
    retry_of: z.string().nullable(),
    held_lists: count.meta({ description: 'Lists that are not published until a person confirms them.' }),
    published_at: time.nullable().meta({ description: 'When an import last changed production.' }),
    kept_until: time
      .nullable()
      .meta({ description: 'How long what is not published can still be; null where there is nothing.' }),
    from_plan: z.string().nullable().meta({ description: 'The dry run whose plan is carried out.' }),
    adopt: z.enum(adoptPolicies),
    undo_of: z.string().nullable().meta({ description: 'The run that it undoes.' }),
    stopping: z.boolean().meta({ description: 'True from the wish to stop until the end.' }),
    account: accountView,
    links,
  })
  .meta({ id: 'Run' });
export type RunView = z.output<typeof run>;

const taskAction = z.enum(['list', 'reread', 'names', 'create', 'link', 'update', 'remove', 'sweep']);

export const task = z
  .object({
    id: z.string(),
    kind: kindName,
    action: taskAction,
    subject: z.string().meta({
      description:
        'Scope of a list or a sweep, `_id` of a local entity that is created or linked, key of one that is updated or removed.',
    }),
    title: z.string(),
    state: z.enum(taskStates),
    attempts: count.meta({ description: 'Begun so far; each can make several requests, or none.' }),
    requests: count,
    rows: count.nullable().meta({ description: 'That a list held.' }),
    remote_id: z.union([z.int(), z.string()]).nullable(),
    removed: z
      .array(z.union([z.int(), z.string()]))
      .nullable()
      .meta({ description: 'Ids of what a sweep found created twice, and removed.' }),
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
    action: taskAction.meta({ description: '`reread` and `names` are reads that others of its tasks needed.' }),
  })
  .meta({ id: 'TaskError' });
export type TaskErrorView = z.output<typeof taskError>;

/** A difference that a run found, or made in production. */
export const change = z
  .object({
    kind: kindName,
    key: z.string().meta({ description: 'Id, or the ids of the parents joined by "-".' }),
    operation: z.enum(['insert', 'update', 'remove']),
    fields: z
      .record(z.string(), z.object({ before: z.unknown(), after: z.unknown() }))
      .nullable()
      .meta({ description: 'Of an update, the fields that differ; else null.' }),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    at: time.nullable().meta({ description: 'When it was made; null while it is not.' }),
    conflicts: z
      .array(fieldConflict)
      .nullable()
      .meta({ description: 'Of an update by an import, the fields that were edited here and changed there too.' }),
  })
  .meta({ id: 'Change' });
export type ChangeView = z.output<typeof change>;

/** A list that an import does not publish until a person confirms it. */
export const hold = z
  .object({
    scope: z.string().meta({ description: 'By which `confirm` names it: kind and key, with a colon between them.' }),
    kind: kindName,
    key: z
      .string()
      .meta({ description: 'Id of the entity that the list belongs to; `account` for the whole account.' }),
    title: z.string(),
    state: z.enum(holdStates),
    reasons: z.array(
      z.object({
        code: z.enum(holdCodes),
        kind: kindName.meta({ description: 'The kind that would lose.' }),
        before: z.int(),
        lost: z.int().meta({ description: 'Below 0 where a list has more rows than are counted.' }),
        message: z.string(),
      }),
    ),
    rows_before: count.meta({ description: 'Rows of the list in production.' }),
    rows_now: count.meta({ description: 'Rows that the list has.' }),
    losses: z.partialRecord(kindName, count).meta({ description: 'Entities that would be removed, by kind.' }),
    needs: z.array(z.string()).meta({ description: 'Scopes that must be confirmed too.' }),
    replaced_by: z.string().nullable().meta({ description: 'The later import that has read the list.' }),
    read_at: time.meta({ description: 'When the list was asked for.' }),
  })
  .meta({ id: 'Hold' });
export type HoldView = z.output<typeof hold>;

/** A change of one entity, with the run that made it. */
export const historyEntry = change
  .extend({
    run_id: z.string().nullable().meta({ description: 'Null where a person linked it, or decided about a conflict.' }),
    run: z
      .object({
        operation: z.enum(operations),
        mode: z.enum(modes),
        requested_by: z.string(),
        undo_of: z.string().nullable().meta({ description: 'The run that it undid.' }),
      })
      .nullable()
      .meta({ description: 'The run that made it; null where none did, or it is not known any more.' }),
  })
  .meta({ id: 'HistoryEntry' });
export type HistoryEntryView = z.output<typeof historyEntry>;

const outcomes = ['created', 'linked', 'updated', 'removed', 'undone', 'failed', 'blocked', 'skipped', 'open'] as const;

/** What became of one entity in an export. */
export const result = z
  .object({
    kind: kindName,
    local_id: z
      .string()
      .nullable()
      .meta({ description: '`_id` that it has, had or has again here; null for what was not made here.' }),
    remote_id: z.union([z.int(), z.string()]).nullable(),
    name: z.string().nullable(),
    sent_name: z.string().nullable().meta({ description: 'Another than `name` where that was taken.' }),
    outcome: z.enum(outcomes),
    action: z.enum(['create', 'link', 'update', 'remove']),
    sent: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Fields that were sent with an update; null for all else.' }),
    conflicts: z
      .array(fieldConflict)
      .nullable()
      .meta({ description: 'Fields of an update that had changed on both sides.' }),
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
    waited_ms: count.meta({
      description: 'How long requests waited for the rate budget, added up over tasks that wait side by side.',
    }),
    dry_run: z.boolean().meta({ description: 'True: it was only planned.' }),
  })
  .meta({ id: 'SyncLog' });
export type SyncLogView = z.output<typeof syncLog>;
