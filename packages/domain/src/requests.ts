import { type EntityFields, entityKey, type ParentIds, parentField } from './entity.ts';
import { type EntityKind, type KindName, kindNames, type ParentParameters } from './kind.ts';
import { kinds } from './registry.ts';

/** A request to the Broadstreet API without its token and body. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, number>>;
}

/** A list of what hangs on one entity, or uses it. */
export interface ChildList extends PlainRequest {
  /** Of its rows. */
  readonly kind: EntityKind;
  /** False: the rows use the entity, and do not hang on it. */
  readonly areChildren: boolean;
}

/** Parameters of a request, filled with remote ids. @throws Error when an id is missing: the plan has to see to it */
export function fillParameters<T = number>(
  parameters: ParentParameters,
  parents: Readonly<Record<string, T>>,
): Record<string, T> {
  const filled = Object.entries(parameters).map(([parameter, kind]) => {
    const id = parents[parentField(kind)];
    if (id === undefined) throw new Error(`no ${parentField(kind)} for the parameter ${parameter}`);
    return [parameter, id] as const;
  });
  return Object.fromEntries(filled);
}

/** Ids of an entity's parents and ancestors, by field, and its own where it has one. */
export function idsOf(kind: EntityKind, entity: EntityFields): ParentIds {
  const own = kind.identity.includes('id') ? { [parentField(kind.name)]: entity.id } : {};
  const fields = { ...entity, ...own };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, id]) =>
      field.endsWith('_id') && typeof id === 'number' ? [[field, id] as const] : [],
    ),
  );
}

/** The request that removes an entity. @throws Error for a kind that the API cannot remove */
export function removeRequest(kind: EntityKind, entity: EntityFields): PlainRequest & { readonly method: 'DELETE' } {
  if (kind.remove === null) throw new Error(`${kind.name} cannot be removed through the API`);
  const { path, query = {} } = kind.remove;
  return { method: 'DELETE', path: ofOne(kind, path, entity), query: fillParameters(query, idsOf(kind, entity)) };
}

/** The request that reads one entity; null for a kind that the API does not show by itself. */
export function oneRequest(kind: EntityKind, entity: EntityFields): PlainRequest | null {
  return kind.one === undefined ? null : { method: 'GET', path: ofOne(kind, kind.one.path, entity), query: {} };
}

/** The path of one entity, from one that ends in `:id`. */
export function ofOne(kind: EntityKind, path: string, entity: EntityFields): string {
  return path.replace(':id', entityKey(kind, entity));
}

/** The lists that show what hangs on an entity or uses it, one request each. */
export function childLists(kind: EntityKind, entity: EntityFields): ChildList[] {
  const ids = idsOf(kind, entity);
  const listOf = (name: KindName, query: ParentParameters, areChildren: boolean): ChildList => {
    return {
      method: 'GET',
      path: kinds[name].list.path,
      query: fillParameters(query, ids),
      kind: kinds[name],
      areChildren,
    };
  };
  const children = kindNames.flatMap((name) => {
    const { scope, query, narrow } = kinds[name].list;
    if (scope === kind.name) return [listOf(name, query, true)];
    return narrow?.scope === kind.name ? [listOf(name, narrow.query, true)] : [];
  });
  return kind.usedBy === undefined ? children : [...children, listOf(kind.usedBy.kind, kind.usedBy.query, false)];
}
