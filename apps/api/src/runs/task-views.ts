import type {
  ChangeView,
  HoldView,
  ResultView,
  SyncLogView,
  TaskErrorView,
  TaskView,
} from '@broadstreet-sync/contract';
import {
  describeHold,
  differingFields,
  type EntityFields,
  isUnderWay,
  type KindName,
  kinds,
  scopeId,
  type TaskState,
} from '@broadstreet-sync/domain';
import type {
  ChangeDocument,
  HistoryDocument,
  HoldDocument,
  IntentDocument,
  LocalDocument,
  SyncLogDocument,
  TaskDocument,
  WriteAction,
} from '@broadstreet-sync/store';
import { textOf } from './text-of.ts';

/** A remote id as the API gives it: a number, or the key of a kind that has no id. */
export function remoteId(kind: KindName, key: string): number | string {
  return kinds[kind].identity.length === 1 ? Number(key) : key;
}

const notBegun: readonly TaskState[] = ['queued', 'waiting'];

/** How often a task was begun: the attempts that are to be made again, and the one that is under way or was the last. */
function attemptsOf({ attempts, claimed_at, state }: TaskDocument): number {
  return attempts + (claimed_at === null || notBegun.includes(state) ? 0 : 1);
}

export function taskView(task: TaskDocument): TaskView {
  const key = task.result?.remote_id;
  return {
    id: task._id,
    kind: task.kind,
    action: task.action,
    subject: task.subject,
    title: task.title,
    state: task.state,
    attempts: attemptsOf(task),
    requests: task.counts.requests,
    rows: task.result?.rows ?? null,
    remote_id: key === undefined ? null : remoteId(task.kind, key),
    removed: task.result?.removed?.map((each) => remoteId(task.kind, each)) ?? null,
    not_before: textOf(task.not_before),
    error: task.error,
    blocked_by: task.blocked_by,
    created_at: task.created_at.toISOString(),
    ended_at: textOf(task.ended_at),
  };
}

export function taskErrorView(task: TaskDocument): TaskErrorView {
  const { blocked_by: blockedBy, error } = task;
  return {
    kind: task.kind,
    action: task.action,
    subject: task.subject,
    title: task.title,
    state: task.state === 'blocked' ? 'blocked' : 'failed',
    category: error?.category ?? null,
    code: error?.code ?? null,
    message: error?.message ?? null,
    remedy: error?.remedy ?? null,
    blocked_by: blockedBy === null ? null : `${kinds[blockedBy.kind].singular} ${blockedBy.id}`,
    at: textOf(task.ended_at),
  };
}

/** @param at when it was published; null while it is not */
export function changeView(
  { kind, key, operation, before, after, conflicts }: ChangeDocument | HistoryDocument,
  at: Date | null,
): ChangeView {
  return {
    kind,
    key,
    operation,
    fields: fieldsOf(before, after),
    conflicts: conflicts ?? null,
    before,
    after,
    at: textOf(at),
  };
}

function fieldsOf(before: EntityFields | null, after: EntityFields | null): ChangeView['fields'] {
  if (before === null || after === null) return null;
  const changed = differingFields(before, after);
  return Object.fromEntries(
    changed.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  );
}

export function holdView(hold: HoldDocument): HoldView {
  return {
    scope: scopeId(hold.kind, hold.scope),
    kind: hold.kind,
    key: hold.scope,
    title: hold.title,
    state: hold.state,
    reasons: hold.reasons.map((reason) => ({ ...reason, message: describeHold(reason) })),
    rows_before: hold.rows_before,
    rows_now: hold.rows_now,
    losses: hold.losses,
    needs: hold.needs,
    replaced_by: hold.replaced_by,
    read_at: hold.requested_at.toISOString(),
  };
}

const openOutcomes: Readonly<Record<TaskState, ResultView['outcome']>> = {
  queued: 'open',
  running: 'open',
  waiting: 'open',
  completed: 'created',
  failed: 'failed',
  blocked: 'blocked',
  skipped: 'skipped',
};

/** What a task that is done has done, by what it was for. */
const doneOutcomes = { create: 'created', link: 'linked', update: 'updated', remove: 'removed' } as const;

function outcomeOf(task: TaskDocument, action: WriteAction): ResultView['outcome'] {
  if (task.state !== 'completed') return openOutcomes[task.state];
  return task.result?.undone_by === undefined ? doneOutcomes[action] : 'undone';
}

/** What a task is for, where it writes. */
export function isWrite(action: TaskDocument['action']): action is WriteAction {
  return action in doneOutcomes;
}

/**
 * @param action of the task
 * @param intent and local: what is left of a created entity, for its name
 */
export function resultView(
  task: TaskDocument,
  action: WriteAction,
  intent: IntentDocument | undefined,
  local: LocalDocument | undefined,
): ResultView {
  const isLocal = action === 'create' || action === 'link';
  // What a stopped run has left open is promoted when its tasks have ended.
  const isMadeSince = intent?.state === 'promoted' && intent.run_id === task.run_id && task.state !== 'completed';
  const isOpen = intent !== undefined && intent.run_id === task.run_id && isUnderWay(intent);
  const made = isMadeSince ? (intent.remote_id ?? undefined) : task.result?.remote_id;
  const key = isLocal ? made : task.subject;
  const name = intent?.name ?? local?.name ?? task.result?.name;
  return {
    kind: task.kind,
    action,
    local_id: isLocal ? task.subject : (task.result?.local_id ?? null),
    remote_id: key === undefined ? null : remoteId(task.kind, key),
    name: typeof name === 'string' ? name : null,
    sent_name: task.result?.sent_name ?? intent?.sent_name ?? null,
    // Also of a run that was stopped: what was sent is found out by itself.
    outcome: isMadeSince ? 'created' : isOpen ? 'open' : outcomeOf(task, action),
    sent: task.result?.sent ?? null,
    conflicts: task.result?.conflicts ?? null,
  };
}

export function syncLogView(record: SyncLogDocument): SyncLogView {
  const { timestamp, operation, entity_type, success, duration, entities_processed, errors } = record;
  const { run_id, requests, retries, rate_limited, waited_ms, dry_run = false } = record;
  return {
    timestamp: timestamp.toISOString(),
    operation,
    entity_type,
    success,
    duration,
    entities_processed,
    errors,
    run_id,
    requests,
    retries,
    rate_limited,
    waited_ms,
    dry_run,
  };
}
