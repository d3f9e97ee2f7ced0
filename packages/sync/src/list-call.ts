import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
import type { EntityKind, ParentIds } from '@broadstreet-sync/domain';
import type { SyncContext } from './context.ts';
import { listRequest } from './requests.ts';

export interface ListWishes {
  /** Ask for the narrower scope, where the kind has one. */
  readonly isNarrow?: boolean;
  /** Rows without an id of their own may be the same twice, as a create leaves them that was carried out twice. */
  readonly mayRepeat?: boolean;
}

/**
 * Reads one list whole.
 *
 * @throws RemoteError when it is not complete and valid
 */
export function readList(
  context: SyncContext,
  kind: EntityKind,
  parents: ParentIds,
  call: CallContext,
  { isNarrow = false, mayRepeat = false }: ListWishes = {},
): Promise<Row[]> {
  return readListBy(context, kind, listRequest(kind, parents, isNarrow).query, call, mayRepeat);
}

/** The same by any parameters that the list of the kind takes. */
export function readListBy(
  context: SyncContext,
  kind: EntityKind,
  query: Readonly<Record<string, number>>,
  call: CallContext,
  mayRepeat = false,
): Promise<Row[]> {
  const request = {
    path: kind.list.path,
    query,
    envelopes: kind.list.envelopes,
    row: kind.row,
    identity:
      mayRepeat && !kind.identity.includes('id') ? [] : kind.identity.filter((field) => field in kind.row.shape),
  };
  return context.remote.list(kind.list.bare === true ? { ...request, bare: true } : request, call);
}
