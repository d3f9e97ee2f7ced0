import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityFields, type EntityKind, entityKey, normaliseName, type ParentIds } from '@broadstreet-sync/domain';
import type { TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readList } from '../list-call.ts';
import { nameScope } from './name-scope.ts';

/** Unique values that a list shows, with whose they are. Pure. */
export function listedNames(
  kind: EntityKind,
  rows: readonly EntityFields[],
): { field: string; value: string; id: string }[] {
  return rows.flatMap((row) =>
    kind.unique.flatMap((field) => {
      const value = row[field];
      return typeof value === 'string' && value.trim() !== ''
        ? [{ field, value: normaliseName(value), id: entityKey(kind, row) }]
        : [];
    }),
  );
}

/** Reads which names a parent's children have, and keeps them for the run. @throws RemoteError */
export async function readNames(
  context: SyncContext,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<TaskResult> {
  const rows = await readList(context, kind, task.parents, call, { isNarrow: true });
  await keepNames(context, kind, task.run_id, task.parents, rows);
  return { rows: rows.length };
}

/** Keeps the names of a list for the run. */
function keepNames(
  context: SyncContext,
  kind: EntityKind,
  runId: string,
  parents: ParentIds,
  rows: readonly EntityFields[],
): Promise<void> {
  return context.store.names.keepListed(runId, nameScope(kind, parents), listedNames(kind, rows));
}
