import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityKind, SyncError, scopeField } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readScope } from './read-scope.ts';

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
  const { rows, before, kept, changes, requestedAt } = await readScope({ context, run, kind, task, call });
  if (scopeField(kind) === null && before > 0 && kept === 0) throw await strangers(context, kind);
  return { rows, requested_at: requestedAt, changes };
}

/** A token of another account shows networks that nobody here knows: nothing may be removed because of it. */
async function strangers({ store, remote }: SyncContext, kind: EntityKind): Promise<SyncError> {
  const known = (await store.production.fields(kind.name, {}, ['_id'])).map(({ _id }) => _id);
  return new SyncError({
    category: 'authentication',
    code: 'unknown_account',
    message: `None of the ${kind.name} known here (${known.join(', ')}) is in the account's list at ${remote.baseUrl}.`,
    remedy: 'Check that BROADSTREET_ACCESS_TOKEN belongs to the account that filled this store.',
  });
}
