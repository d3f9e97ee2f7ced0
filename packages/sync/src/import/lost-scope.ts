import type { CallContext } from '@broadstreet-sync/broadstreet';
import {
  ancestorFields,
  type EntityKind,
  entityKey,
  kinds,
  type ParentIds,
  RemoteError,
} from '@broadstreet-sync/domain';
import type { TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readList } from '../list-call.ts';
import { listScope } from './list-scope.ts';
import { listOf } from './lists.ts';

/** Does what {@link listScope} does, also where the scope turns out to be gone. */
export async function listScopeOrLose(...given: Parameters<typeof listScope>): Promise<TaskResult> {
  try {
    return await listScope(...given);
  } catch (error) {
    const [context, , ...list] = given;
    const settled = await settleLostScope(error, context, ...list);
    if (settled === null) throw error;
    return settled;
  }
}

/**
 * What to make of a list that the API says has no such parent. The list in which the parent stood is read once: if it is
 * not there any more, it goes with all that hangs on it, unless that is held (see `settle-kind.ts`). One of the account's
 * own list stays, whatever that says: what is lost with it is for a person to decide, when that list is read.
 *
 * @returns what the task came to; null where the error stands
 * @throws RemoteError when the parent's list cannot be read
 */
async function settleLostScope(
  error: unknown,
  context: SyncContext,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<TaskResult | null> {
  if (!(error instanceof RemoteError) || error.category !== 'dependency') return null;
  const { list, id } = listOf(kind, task.subject);
  if (list.sort === 'view' || list.scope === 'account' || id === null) return null;
  const parent = kinds[list.scope];
  if (parent.list.scope === 'account') return null;
  // An export has removed it, with all that hung on it.
  if (await context.store.production.wasRemoved(list.scope, String(id))) return null;
  const requestedAt = await context.store.now();
  const rows = await readList(context, parent, aboveOf(parent, task.parents), call);
  if (rows.some((row) => entityKey(parent, row) === String(id))) return null;
  return { rows: 0, requested_at: requestedAt, partial: true, lost_parent: { kind: parent.name, key: String(id) } };
}

function aboveOf(parent: EntityKind, parents: ParentIds): ParentIds {
  const fields = ancestorFields(parent);
  return Object.fromEntries(Object.entries(parents).filter(([field]) => fields.includes(field)));
}
