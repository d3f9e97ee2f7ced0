import type { CallContext, ListRequest, OnRows, Row } from '@broadstreet-sync/broadstreet';
import { type EntityKind, type ParentIds, type ParentParameters, parentField } from '@broadstreet-sync/domain';
import type { SyncContext } from './context.ts';

/** Parameters of a request, filled with remote ids. @throws Error when an id is missing: the plan has to see to it */
export function fillParameters(parameters: ParentParameters, parents: ParentIds): Record<string, number> {
  const filled = Object.entries(parameters).map(([parameter, kind]) => {
    const id = parents[parentField(kind)];
    if (id === undefined) throw new Error(`no ${parentField(kind)} for the parameter ${parameter}`);
    return [parameter, id] as const;
  });
  return Object.fromEntries(filled);
}

/**
 * The request for a list.
 *
 * @param narrow ask for the narrower scope, where the kind has one
 */
function listRequest(kind: EntityKind, parents: ParentIds, narrow: boolean): ListRequest {
  const query = narrow && kind.list.narrow !== undefined ? kind.list.narrow.query : kind.list.query;
  return {
    path: kind.list.path,
    query: fillParameters(query, parents),
    envelopes: kind.list.envelopes,
    row: kind.row,
    identity: kind.identity.filter((field) => field in kind.row.shape),
    bare: kind.list.bare,
  };
}

/** Reads one list whole, see {@link listRequest}. @throws RemoteError when it is not complete and valid */
export function readList(
  context: SyncContext,
  kind: EntityKind,
  parents: ParentIds,
  call: CallContext,
  narrow = false,
): Promise<Row[]> {
  return context.remote.list(listRequest(kind, parents, narrow), call);
}

/**
 * Reads one list of any length, see {@link listRequest}; nothing is to be made of its rows before the end.
 *
 * @throws RemoteError when it is not complete and valid, or what `onRows` threw
 */
export function readListInBatches(
  context: SyncContext,
  kind: EntityKind,
  parents: ParentIds,
  call: CallContext,
  onRows: OnRows,
  narrow = false,
): Promise<number> {
  return context.remote.listInBatches(listRequest(kind, parents, narrow), onRows, call);
}
