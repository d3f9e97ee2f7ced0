import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityKind, SyncError } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { listOf } from './lists.ts';
import { reachOf } from './reach.ts';
import { readScope } from './read-scope.ts';
import { readTrusted } from './read-trusted.ts';

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
  const { list } = listOf(kind, task.subject);
  const pass = { context, run, kind, task, list, call };
  const reach = reachOf(pass);
  const isWhole = list.sort === 'own' && reach.names === null;
  const { reading, remarks } = await readTrusted(pass, isWhole, (isAgain) => readScope(pass, reach, isAgain));
  const { rows, before, kept, changes, requestedAt } = reading;
  if (list.scope === 'account' && before > 0 && kept === 0) throw await strangers(context, kind);
  return { rows, requested_at: requestedAt, changes, ...remarks, ...(isWhole ? {} : { partial: true }) };
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
