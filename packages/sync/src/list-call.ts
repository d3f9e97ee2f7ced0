import type { CallContext, ListRequest, OnRows, Row } from '@broadstreet-sync/broadstreet';
import { type EntityKind, fillParameters, type ParentIds, type ParentParameters } from '@broadstreet-sync/domain';
import type { SyncContext } from './context.ts';
import { listRequest } from './requests.ts';

export interface ListWishes {
  /** Ask for the narrower scope, where the kind has one. */
  readonly isNarrow?: boolean;
  /** Rows without an id of their own may be the same twice, as a create leaves them that was carried out twice. */
  readonly mayRepeat?: boolean;
}

/** What is asked for a list of a kind. */
function toRequest(kind: EntityKind, query: Readonly<Record<string, number>>, mayRepeat: boolean): ListRequest {
  const { path, envelopes, bare } = kind.list;
  const identity = kind.identity.filter((field) => field in kind.row.shape);
  const isUnique = !mayRepeat || kind.identity.includes('id');
  return { path, query, envelopes, row: kind.row, identity: isUnique ? identity : [], bare };
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
  return context.remote.list(toRequest(kind, query, mayRepeat), call);
}

/**
 * Reads one of the lists of a kind, of any length; nothing is to be made of its rows before the end.
 *
 * @throws RemoteError when it is not complete and valid, or what `onRows` threw
 */
export function readListInBatches(
  context: SyncContext,
  kind: EntityKind,
  { query, parents }: { readonly query: ParentParameters; readonly parents: ParentIds },
  call: CallContext,
  onRows: OnRows,
): Promise<number> {
  return context.remote.listInBatches(toRequest(kind, fillParameters(query, parents), false), onRows, call);
}
