import { type EntityFields, lineageOf } from './entity.ts';
import { type EntityKind, kindNames } from './kind.ts';
import { kinds } from './registry.ts';
import { childLists, oneRequest, type PlainRequest, removeRequest } from './requests.ts';

/** The nearest kind above that can be removed; what cannot be removed by itself goes with it. */
export function removedWith(kind: EntityKind): EntityKind | null {
  if (kind.remove !== null) return null;
  const name = lineageOf(kind).find((ancestor) => kinds[ancestor].remove !== null);
  return name === undefined ? null : kinds[name];
}

/** The kinds of which the API removes those that hang on an entity with it, since it cannot remove them by themselves. */
export function goesAlong(kind: EntityKind): EntityKind[] {
  return kindNames.map((name) => kinds[name]).filter((candidate) => removedWith(candidate)?.name === kind.name);
}

/** Why a kind cannot be removed by itself; null when it can. */
export function whyNotRemoved(kind: EntityKind): string | null {
  if (kind.remove !== null) return null;
  const above = removedWith(kind);
  const way = above === null ? '' : `; they go when their ${above.singular} is deleted`;
  return `The Broadstreet API cannot delete ${kind.name}${way}.`;
}

/**
 * The requests by which an entity is removed, in their order: what shows that nobody has changed it or hung anything on
 * it, and the removal itself.
 *
 * @param checks `children`: nothing may hang on it that nobody knows of; `all`: it must also be as it was
 */
export function removalRequests(kind: EntityKind, entity: EntityFields, checks: 'children' | 'all'): PlainRequest[] {
  const one = checks === 'all' ? oneRequest(kind, entity) : null;
  const reads = childLists(kind, entity).map(({ method, path, query }) => ({ method, path, query }));
  return [...(one === null ? [] : [one]), ...reads, removeRequest(kind, entity)];
}
