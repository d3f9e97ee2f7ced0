import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  entityKey,
  kinds,
  parentField,
  remotePart,
} from '@broadstreet-sync/domain';
import type { ProductionDocument, RunDocument, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readListBy } from '../list-call.ts';
import { diffScope } from './diff-scope.ts';
import type { ListChoice } from './lists.ts';
import { keysOf, limitToReach, matcherOfList } from './reach.ts';
import { isAllowed, rootField } from './scopes.ts';

/**
 * Reads a list of rows that have to do with an entity of another kind, and stages what differs. What production has and
 * the list has not is left alone: it may merely have to do with another.
 *
 * @throws RemoteError
 */
export async function listView(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  task: TaskDocument,
  list: ListChoice,
  call: CallContext,
): Promise<TaskResult> {
  const requestedAt = task.claimed_at ?? new Date();
  const read = await readListBy(context, kind, list.query, task.parents, call);
  const known = await context.store.production.many(
    kind.name,
    read.map((row) => entityKey(kind, row)),
  );
  const matches = matcherOfList(run, kind, list);
  const rows = (await withLineage(context, run, kind, read, known)).filter((row) =>
    isAllowed(context, rootField(kind), row),
  );
  const listed = new Map(rows.map((row) => [entityKey(kind, row), row]));
  const befores = new Map(known.filter(({ _id }) => listed.has(_id)).map((entity) => [entity._id, entity]));
  const current = { entities: [...befores.values()], named: keysOf([...befores.values()], matches) };
  const reached = limitToReach(kind, [...listed.values()], current, matches);
  const { changes, counts } = diffScope(kind, reached.rows, reached.entities, requestedAt);
  const staged = changes.map((change) => {
    const before = befores.get(change.key);
    return { ...change, before: before === undefined ? null : remotePart(before) };
  });
  await context.store.changes.stage({ run_id: run._id, kind: kind.name, task_id: task._id, fence: task.fence }, staged);
  return { rows: read.length, requested_at: requestedAt, changes: counts, partial: true };
}

/** Adds the ids of ancestors, which follow from the parent that each row, or else what is known of it, names. */
async function withLineage(
  { store }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  rows: readonly Row[],
  known: readonly ProductionDocument[],
): Promise<EntityFields[]> {
  if (kind.lineage === undefined) return [...rows];
  const [parent, fields] = [kinds[kind.lineage], ancestorFields(kinds[kind.lineage])];
  const field = parentField(parent.name);
  const before = new Map(known.map((entity) => [entity._id, entity]));
  const parentOf = (row: Row): unknown => row[field] ?? before.get(entityKey(kind, row))?.[field];
  const ids = [...new Set(rows.map(parentOf))].map(String);
  const [found, staged] = await Promise.all([
    store.production.fields(parent.name, { _id: { $in: ids } }, fields),
    store.changes.inserted(run._id, parent.name, ['id', ...fields]),
  ]);
  const parents = new Map<string, EntityFields>(found.map((entity) => [entity._id, entity]));
  for (const { key, after } of staged) if (after !== null) parents.set(key, after);
  return rows.map((row) => {
    const id = parentOf(row);
    const above = parents.get(String(id)) ?? {};
    const ids = Object.fromEntries(fields.map((name) => [name, above[name] ?? null]));
    return remotePart({ ...row, ...ids, [field]: id ?? null });
  });
}
