import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
import {
  type EntityFields,
  type EntityKind,
  entityKey,
  idsOf,
  oneRequest,
  RemoteError,
} from '@broadstreet-sync/domain';
import type { SyncContext } from '../context.ts';
import { readList } from '../list-call.ts';

/** Says whether the API answered that there is no such entity. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RemoteError && error.category === 'dependency' && error.outcome === 'refused';
}

/**
 * Reads one entity: by itself where the API shows it, else from the list of its parent.
 *
 * @returns null when the API knows no such entity
 * @throws RemoteError for all else
 */
export async function readOne(
  context: SyncContext,
  kind: EntityKind,
  entity: EntityFields,
  call: CallContext,
): Promise<Row | null> {
  const one = oneRequest(kind, entity);
  try {
    if (one !== null && kind.one !== undefined) {
      return await context.remote.get({ path: one.path, envelope: kind.one.envelope, row: kind.row }, call);
    }
    const ids = idsOf(kind, entity);
    const rows = await readList(context, kind, ids, call, { isNarrow: true });
    return rows.find((row) => entityKey(kind, { ...ids, ...row }) === entityKey(kind, entity)) ?? null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
