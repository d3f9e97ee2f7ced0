import { kinds, scopeId } from '@broadstreet-sync/domain';
import type { RunDocument, ScopeDocument, ScopeFailure, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { listOf } from './lists.ts';

/** What the last read of a list counts for how often it changes, beside all reads before it. */
const lastReadWeight = 1 / 4;
const batchSize = 1000;

/**
 * What a run's lists say of their scopes: when each was verified, what it held and how often it changes. Lists that were
 * read or compared in part say nothing; where a later import has read one since, that stands.
 *
 * @param isPublished says whether what a task read is published
 */
export async function readScopes(
  { store }: SyncContext,
  run: RunDocument,
  isPublished: (task: TaskDocument) => boolean,
): Promise<ScopeDocument[]> {
  const whole: TaskDocument[] = [];
  for await (const task of store.tasks.each({ run_id: run._id, action: 'list', state: 'completed' })) {
    if (task.result?.partial !== true && isPublished(task)) whole.push(task);
  }
  const scopes: ScopeDocument[] = [];
  for (let at = 0; at < whole.length; at += batchSize) {
    const batch = whole.slice(at, at + batchSize);
    const before = await store.scopes.many(batch.map(({ kind, subject }) => scopeId(kind, subject)));
    for (const task of batch) {
      const known = before.get(scopeId(task.kind, task.subject)) ?? null;
      const scope = readScope(task, known);
      if (!isVerifiedAfter(known, scope.verified_at)) scopes.push(scope);
    }
  }
  return scopes;
}

/** What is known of a run's lists once the run is undone: production is not what they said, unless they were read since. */
export async function unverifiedScopes({ store }: SyncContext, runId: string): Promise<ScopeDocument[]> {
  const ids: string[] = [];
  for await (const { kind, subject } of store.tasks.each({ run_id: runId, action: 'list', state: 'completed' })) {
    ids.push(scopeId(kind, subject));
  }
  const scopes: ScopeDocument[] = [];
  for (let at = 0; at < ids.length; at += batchSize) {
    const known = await store.scopes.many(ids.slice(at, at + batchSize));
    const last = [...known.values()].filter(({ run_id }) => run_id === runId);
    scopes.push(...last.map((scope) => ({ ...scope, verified_at: null })));
  }
  return scopes;
}

function isVerifiedAfter(scope: ScopeDocument | null, time: Date | null): boolean {
  return time !== null && scope !== null && scope.verified_at !== null && scope.verified_at > time;
}

function readScope(task: TaskDocument, before: ScopeDocument | null): ScopeDocument {
  const { kind, subject, parents, result, created_at, run_id } = task;
  const { inserted = 0, updated = 0, removed = 0 } = result?.changes ?? {};
  const change = inserted + updated + removed > 0 ? 1 : 0;
  const churn = before?.churn ?? 0;
  const difference = result?.count_difference;
  return {
    _id: scopeId(kind, subject),
    kind,
    scope: subject,
    rows: result?.rows ?? 0,
    ...(difference === undefined ? {} : { count_difference: difference }),
    verified_at: result?.requested_at ?? created_at,
    run_id,
    parents,
    // Of a first read all is new.
    churn: before === null || before.verified_at === null ? 0 : churn + (change - churn) * lastReadWeight,
  };
}

/**
 * Notes which lists a run could not read: what production has of them stays, and says how old it is. A list that was read
 * since is left out.
 */
export async function noteFailures({ store }: SyncContext, run: RunDocument): Promise<void> {
  if (run.dry_run) return;
  const failures: ScopeFailure[] = [];
  for await (const task of store.tasks.each({ run_id: run._id, action: 'list', state: 'failed' })) {
    const { kind, subject, parents, error, ended_at, created_at } = task;
    if (error === null || listOf(kinds[kind], subject).list.sort !== 'own') continue;
    const failed_at = ended_at ?? created_at;
    failures.push({ _id: scopeId(kind, subject), kind, scope: subject, run_id: run._id, parents, failed_at, error });
  }
  const known = await store.scopes.many(failures.map(({ _id }) => _id));
  await store.scopes.noteFailures(
    failures.filter(({ _id, failed_at }) => !isVerifiedAfter(known.get(_id) ?? null, failed_at)),
  );
}
