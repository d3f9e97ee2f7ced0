import type { EntityQuery } from '@broadstreet-sync/contract';
import { type EntityKind, lineageOf, parentField } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';

/** A filter of typed values and one pattern of our own: nothing in it was written by the one who asks. */
export type EntityFilter = Record<string, unknown>;
export type Sorting = Record<string, 1 | -1>;

const flags = ['created_locally', 'synced_with_api'];

function patternOf(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function namePart(q: string | null): EntityFilter {
  return q === null || q === '' ? {} : { name: { $regex: patternOf(q), $options: 'i' } };
}

/** What production entities must fit. */
export function productionFilter({ q, filters }: EntityQuery): EntityFilter {
  const fields = [...filters].map(([name, values]) => ({ [name]: { $in: [...values] } }));
  return { $and: [namePart(q), ...fields] };
}

/**
 * What local entities must fit; null where none can, since they are never in production. A local entity names its
 * parents alone: what it hangs on beyond them is looked up.
 */
export async function findLocalFilter(
  overview: Pick<Store['overview'], 'localWithin'>,
  kind: EntityKind,
  { q, filters }: EntityQuery,
): Promise<EntityFilter | null> {
  if (filters.get('created_locally')?.includes(false) || filters.get('synced_with_api')?.includes(true)) return null;
  const parts: EntityFilter[] = [namePart(q)];
  for (const [name, values] of filters) {
    if (flags.includes(name)) continue;
    const ancestor = lineageOf(kind).find((each) => parentField(each) === name);
    if (ancestor === undefined) parts.push({ [name]: { $in: [...values] } });
    else
      parts.push(
        await overview.localWithin(
          kind,
          ancestor,
          values.filter((value) => typeof value !== 'boolean'),
        ),
      );
  }
  return { $and: parts };
}

/** The order asked for; without one, that of the identity, which for local entities is the order of making. */
export function sortingOf(kind: EntityKind, { sort }: EntityQuery): Sorting {
  if (sort.length === 0) return Object.fromEntries(kind.identity.map((field) => [field, 1 as const]));
  return Object.fromEntries(sort.map(({ field, direction }) => [field, direction]));
}

function rankOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 3;
  return 4;
}

function compareValues(a: unknown, b: unknown): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [comparable(a), comparable(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function comparable(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Puts documents of two collections in one order, as MongoDB would have them. */
export function compareBy(sorting: Sorting): (a: EntityFilter, b: EntityFilter) => number {
  return (a, b) => {
    for (const [field, direction] of Object.entries(sorting)) {
      const order = compareValues(a[field], b[field]);
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}
