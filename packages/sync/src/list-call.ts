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

/** The request for one of the lists of a kind. */
function listRequest(kind: EntityKind, query: ParentParameters, parents: ParentIds): ListRequest {
  return {
    path: kind.list.path,
    query: fillParameters(query, parents),
    envelopes: kind.list.envelopes,
    row: kind.row,
    identity: kind.identity.filter((field) => field in kind.row.shape),
    bare: kind.list.bare,
  };
}

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
  const { query } = narrow && kind.list.narrow !== undefined ? kind.list.narrow : kind.list;
  return context.remote.list(listRequest(kind, query, parents), call);
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
  return context.remote.listInBatches(listRequest(kind, query, parents), onRows, call);
}
