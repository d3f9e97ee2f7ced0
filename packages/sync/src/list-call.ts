import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
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
  return readListBy(context, kind, query, parents, call);
}

/** Reads one of the lists of a kind whole, see {@link readList}. */
export function readListBy(
  context: SyncContext,
  kind: EntityKind,
  query: ParentParameters,
  parents: ParentIds,
  call: CallContext,
): Promise<Row[]> {
  const request = {
    path: kind.list.path,
    query: fillParameters(query, parents),
    envelopes: kind.list.envelopes,
    row: kind.row,
    identity: kind.identity.filter((field) => field in kind.row.shape),
  };
  return context.remote.list(kind.list.bare === true ? { ...request, bare: true } : request, call);
}
