import {
  type EntityFields,
  type EntityKind,
  fillParameters,
  ofOne,
  type PlannedRequest,
  type References,
} from '@broadstreet-sync/domain';

/** The request that creates an entity: what a plan shows is what is sent. Pure. */
export function createRequest(
  { create }: EntityKind,
  parents: References,
  payload: EntityFields,
): PlannedRequest & { readonly method: 'POST'; readonly body: EntityFields } {
  const query = fillParameters(create.query, parents);
  const body = { ...fillParameters(create.body ?? {}, parents), ...payload };
  return { method: 'POST', path: create.path, query, body };
}

/** The request that changes an entity. Pure. */
export function updateRequest(
  kind: EntityKind,
  entity: EntityFields,
  body: EntityFields,
): PlannedRequest & { readonly method: 'PUT'; readonly body: EntityFields } {
  if (kind.update === null) throw new Error(`${kind.name} cannot be updated through the API`);
  return { method: 'PUT', path: ofOne(kind, kind.update.path, entity), query: {}, body };
}

/**
 * The request that reads a list.
 *
 * @param narrow ask for the narrower scope, where the kind has one
 */
export function listRequest<T>(
  { list }: EntityKind,
  parents: Readonly<Record<string, T>>,
  narrow: boolean,
): { path: string; query: Record<string, T> } {
  const query = narrow && list.narrow !== undefined ? list.narrow.query : list.query;
  return { path: list.path, query: fillParameters(query, parents) };
}
