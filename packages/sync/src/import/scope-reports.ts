import { kinds, scopeId } from '@broadstreet-sync/domain';
import type { RunDocument, ScopeDocument, ScopeFailure, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { listOf } from './lists.ts';

/** What the last read of a list counts for how often it changes, beside all reads before it. */
const lastReadWeight = 1 / 4;
const batchSize = 1000;

/**
 * What a run's lists say of their scopes: when each was verified, what it held and how often it changes. Lists that were
 * read or compared in part say nothing.
 */
export async function readScopes(context: SyncContext, run: RunDocument): Promise<ScopeDocument[]> {
  const whole: TaskDocument[] = [];
  for await (const task of context.store.tasks.each({ run_id: run._id, action: 'list', state: 'completed' })) {
    if (task.result?.partial !== true) whole.push(task);
  }
  const scopes: ScopeDocument[] = [];
  for (let at = 0; at < whole.length; at += batchSize) {
    const batch = whole.slice(at, at + batchSize);
    const before = await context.store.scopes.many(batch.map(({ kind, subject }) => scopeId(kind, subject)));
    scopes.push(...batch.map((task) => readScope(task, before.get(scopeId(task.kind, task.subject)) ?? null)));
  }
  return scopes;
}

function readScope(task: TaskDocument, before: ScopeDocument | null): ScopeDocument {
  const { kind, subject, parents, result, created_at, run_id } = task;
  const { inserted = 0, updated = 0, removed = 0 } = result?.changes ?? {};
  const change = inserted + updated + removed > 0 ? 1 : 0;
  const churn = before?.churn ?? 0;
  return {
    _id: scopeId(kind, subject),
    kind,
    scope: subject,
    rows: result?.rows ?? 0,
    verified_at: result?.requested_at ?? created_at,
    run_id,
    parents,
    // Of a first read all is new.
    churn: before === null || before.verified_at === null ? 0 : churn + (change - churn) * lastReadWeight,
  };
}

/** Notes which lists a run could not read: what production has of them stays, and says how old it is. */
export async function noteFailures(context: SyncContext, run: RunDocument): Promise<void> {
  if (run.dry_run) return;
  const failures: ScopeFailure[] = [];
  for await (const task of context.store.tasks.each({ run_id: run._id, action: 'list', state: 'failed' })) {
    const { kind, subject, parents, error, ended_at, created_at } = task;
    if (error === null || listOf(kinds[kind], subject).list.sort !== 'own') continue;
    const failed_at = ended_at ?? created_at;
    failures.push({ _id: scopeId(kind, subject), kind, scope: subject, run_id: run._id, parents, failed_at, error });
  }
  await context.store.scopes.noteFailures(failures);
}
