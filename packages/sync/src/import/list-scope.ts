import type { CallContext } from '@broadstreet-sync/broadstreet';
import {
  changedFields,
  type EntityFields,
  type EntityKind,
  parentField,
  remotePart,
  SyncError,
} from '@broadstreet-sync/domain';
import type { RunDocument, StagedChange, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readList, readListBy } from '../list-call.ts';
import { withAncestors } from '../row.ts';
import { diffScope } from './diff-scope.ts';
import { listView } from './list-view.ts';
import { listOf } from './lists.ts';
import { namedField, readDirectory } from './named-parents.ts';
import { limitToReach, matcherOfList, readCurrent } from './reach.ts';
import { readTrusted } from './read-trusted.ts';
import { isAllowed, rootField } from './scopes.ts';

/**
 * Reads the list of a task's scope, compares it with production and stages what differs.
 *
 * @returns what the task came to
 * @throws RemoteError, or SyncError `unknown_account` when no network known here is in the list
 */
export async function listScope(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<TaskResult> {
  const requestedAt = task.claimed_at ?? new Date();
  const { list, id } = listOf(kind, task.subject);
  if (list.sort === 'view') return listView(context, run, kind, task, list, call);
  const { read, remarks } = await readTrusted(context, kind, task, call, () =>
    readListBy(context, kind, list.query, task.parents, call),
  );
  const rows = await completeRows(context, run, kind, task, read, call);
  const matches = matcherOfList(run, kind, list);
  const scope = list.scope === 'account' || id === null ? {} : { [parentField(list.scope)]: id };
  const current = await readCurrent(context, run, kind, scope, matches);
  const inReach = current.entities.filter(({ _id }) => id !== null || isAllowed(context, 'id', { id: Number(_id) }));
  if (id === null)
    refuseStrangers(
      context,
      rows,
      inReach.map(({ _id }) => _id),
    );
  const reached = limitToReach(kind, rows, { ...current, entities: inReach }, matches);
  const { changes, counts } = diffScope(kind, reached.rows, reached.entities, requestedAt);
  const staged = await withBefore(context, kind, changes);
  await context.store.changes.stage({ run_id: run._id, kind: kind.name, task_id: task._id, fence: task.fence }, staged);
  const isWhole = list.sort === 'own' && matches === null;
  const reading = { rows: rows.length, requested_at: requestedAt, changes: counts, ...remarks };
  return isWhole ? reading : { ...reading, partial: true };
}

/** Adds to rows what lists leave out: the ids of their ancestors. */
export async function completeRows(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  task: TaskDocument,
  read: readonly EntityFields[],
  call: CallContext,
): Promise<EntityFields[]> {
  const rows = read.map((row) => withAncestors(row, task.parents));
  const allowed = rows.filter((row) => isAllowed(context, rootField(kind), row));
  const named = kind.list.namesParent;
  if (named === undefined || namedField(named) in task.parents) return allowed;
  const directory = await readDirectory(context, run, task, named);
  const owners = new Map<unknown, number>();
  const shared = new Set<number>();
  for (const row of allowed) {
    const ids = directory.find(String(row[named.field]));
    const [id] = ids;
    if (ids.length > 1) for (const each of ids) shared.add(each);
    else if (id !== undefined) owners.set(row.id, id);
  }
  for (const id of shared) {
    const narrow = await readList(context, kind, { ...task.parents, [namedField(named)]: id }, call, true);
    for (const row of narrow) owners.set(row.id, id);
  }
  return allowed.map((row) => ({ ...row, [namedField(named)]: owners.get(row.id) ?? null }));
}

/** A token of another account shows networks that nobody here knows: nothing may be removed because of it. */
function refuseStrangers(context: SyncContext, rows: readonly EntityFields[], known: readonly string[]): void {
  const seen = new Set(rows.map((row) => String(row.id)));
  if (known.length === 0 || known.some((id) => seen.has(id))) return;
  throw new SyncError({
    category: 'authentication',
    code: 'unknown_account',
    message: `None of the networks known here (${known.join(', ')}) is in the account's list at ${context.remote.baseUrl}.`,
    remedy: 'Check that BROADSTREET_ACCESS_TOKEN belongs to the account that filled this store.',
  });
}

/** The changes with what they are made to, and of updates the fields that differ. */
export async function withBefore(
  context: SyncContext,
  kind: EntityKind,
  changes: readonly StagedChange[],
): Promise<StagedChange[]> {
  const keys = changes.filter(({ expects }) => expects !== null).map(({ key }) => key);
  const found = keys.length === 0 ? [] : await context.store.production.many(kind.name, keys);
  const befores = new Map(found.map((document) => [document._id, remotePart(document)]));
  return changes.map((change) => {
    const before = befores.get(change.key) ?? null;
    if (before === null || change.after === null) return { ...change, before };
    return { ...change, before, fields: changedFields(before, change.after) };
  });
}
