import type {
  ChangeView,
  HoldView,
  ResultView,
  SyncLogView,
  TaskErrorView,
  TaskView,
} from '@broadstreet-sync/contract';
import {
  changedFields,
  describeHold,
  type EntityFields,
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
} from '@broadstreet-sync/store';
import { textOf } from './run-view.ts';

/** A remote id as the API gives it: a number, or the key of a kind that has no id. */
export function remoteId(kind: KindName, key: string): number | string {
  return kinds[kind].identity.length === 1 ? Number(key) : key;
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
    attempts: task.attempts,
    requests: task.counts.requests,
    rows: task.result?.rows ?? null,
    remote_id: key === undefined ? null : remoteId(task.kind, key),
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
  { kind, key, operation, before, after }: ChangeDocument | HistoryDocument,
  at: Date | null,
): ChangeView {
  return { kind, key, operation, fields: fieldsOf(before, after), before, after, at: textOf(at) };
}

function fieldsOf(before: EntityFields | null, after: EntityFields | null): ChangeView['fields'] {
  if (before === null || after === null) return null;
  const changed = changedFields(before, after);
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

const outcomes: Readonly<Record<TaskState, ResultView['outcome']>> = {
  queued: 'open',
  running: 'open',
  waiting: 'open',
  completed: 'created',
  failed: 'failed',
  blocked: 'blocked',
  skipped: 'skipped',
};

/** @param intent and local: what is left of the entity, for its name */
export function resultView(
  task: TaskDocument,
  intent: IntentDocument | undefined,
  local: LocalDocument | undefined,
): ResultView {
  const key = task.result?.remote_id;
  const name = intent?.name ?? local?.name;
  return {
    kind: task.kind,
    local_id: task.subject,
    remote_id: key === undefined ? null : remoteId(task.kind, key),
    name: typeof name === 'string' ? name : null,
    sent_name: task.result?.sent_name ?? intent?.sent_name ?? null,
    outcome: outcomes[task.state],
  };
}

export function syncLogView(record: SyncLogDocument): SyncLogView {
  const { timestamp, operation, entity_type, success, duration, entities_processed, errors } = record;
  const { run_id, requests, retries, rate_limited, waited_ms } = record;
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
  };
}
