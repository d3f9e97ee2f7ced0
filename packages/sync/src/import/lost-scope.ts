import type { CallContext } from '@broadstreet-sync/broadstreet';
import {
  ancestorFields,
  type EntityKind,
  entityKey,
  kinds,
  type ParentIds,
  parentField,
  RemoteError,
  remotePart,
} from '@broadstreet-sync/domain';
import type { RunDocument, StagedChange, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readList } from '../list-call.ts';
import { stagedRemoval } from './diff-scope.ts';
import { listScope } from './list-scope.ts';
import { listOf } from './lists.ts';

/** Does what {@link listScope} does, also where the scope turns out to be gone. */
export async function listScopeOrLose(...given: Parameters<typeof listScope>): Promise<TaskResult> {
  try {
    return await listScope(...given);
  } catch (error) {
    const settled = await settleLostScope(error, ...given);
    if (settled === null) throw error;
    return settled;
  }
}

/**
 * What to make of a list that the API says has no such parent. The list in which the parent stood is read once: if it is
 * not there any more, it is staged for removal with all that hung on it. One of the account's own list stays, whatever
 * that says: what is lost with it is for a person to decide.
 *
 * @returns what the task came to; null where the error stands
 * @throws RemoteError when the parent's list cannot be read
 */
async function settleLostScope(
  error: unknown,
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<TaskResult | null> {
  if (!(error instanceof RemoteError) || error.category !== 'dependency') return null;
  const { list, id } = listOf(kind, task.subject);
  if (list.sort === 'view' || list.scope === 'account' || id === null) return null;
  const parent = kinds[list.scope];
  if (parent.list.scope === 'account') return null;
  const requestedAt = await context.store.now();
  const rows = await readList(context, parent, aboveOf(parent, task.parents), call);
  if (rows.some((row) => entityKey(parent, row) === String(id))) return null;

  const { production, changes } = context.store;
  const lost = { of: parent, filter: { id } };
  const hanging = { of: kind, filter: { [parentField(parent.name)]: id } };
  for (const { of, filter } of [hanging, lost]) {
    const removals: StagedChange[] = [];
    for await (const entity of production.each(of.name, filter)) {
      removals.push({ ...stagedRemoval(entity, requestedAt), before: remotePart(entity) });
    }
    await changes.add(changes.planner(run._id, of.name), removals);
  }
  return { rows: 0, requested_at: requestedAt, partial: true };
}

function aboveOf(parent: EntityKind, parents: ParentIds): ParentIds {
  const fields = ancestorFields(parent);
  return Object.fromEntries(Object.entries(parents).filter(([field]) => fields.includes(field)));
}
