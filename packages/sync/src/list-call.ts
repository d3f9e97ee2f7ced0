import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
import { type EntityKind, fillParameters, type ParentIds } from '@broadstreet-sync/domain';
import type { SyncContext } from './context.ts';

/**
 * Reads one list whole.
 *
 * @param narrow ask for the narrower scope, where the kind has one
 * @throws RemoteError when it is not complete and valid
 */
export function readList(
  context: SyncContext,
  kind: EntityKind,
  parents: ParentIds,
  call: CallContext,
  narrow = false,
): Promise<Row[]> {
  const query = narrow && kind.list.narrow !== undefined ? kind.list.narrow.query : kind.list.query;
  return readListBy(context, kind, fillParameters(query, parents), call);
}

/** The same by any parameters that the list of the kind takes. */
export function readListBy(
  context: SyncContext,
  kind: EntityKind,
  query: Readonly<Record<string, number>>,
  call: CallContext,
): Promise<Row[]> {
  const request = {
    path: kind.list.path,
    query,
    envelopes: kind.list.envelopes,
    row: kind.row,
    identity: kind.identity.filter((field) => field in kind.row.shape),
  };
  return context.remote.list(kind.list.bare === true ? { ...request, bare: true } : request, call);
}
