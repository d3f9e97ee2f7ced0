import { ancestorFields, type EntityFields, entityKey, type ParentIds, parentField } from './entity.ts';
import { type EntityKind, type KindName, kindNames } from './kind.ts';
import { normaliseName } from './names.ts';
import { kinds } from './registry.ts';

/** What an import is limited to. */
export interface ImportFilters {
  /** Remote ids by field: `network_id`, `zone_id`, … */
  readonly parents: ParentIds;
  /** Keys of the only entities. */
  readonly ids: readonly string[] | null;
  /** A whole name, compared trimmed and without case. */
  readonly name: string | null;
}

export const noFilters: ImportFilters = { parents: {}, ids: null, name: null };

/** The field that holds an entity's own id in what refers to it; null for a kind that has no id. */
function ownField(kind: EntityKind): string | null {
  return kind.identity.length === 1 ? parentField(kind.name) : null;
}

/** The ids by which a kind can be filtered: its own, those that its entities carry, and those it can be listed by. */
function idFilters(kind: EntityKind): string[] {
  const views = (kind.list.views ?? []).map(({ scope }) => parentField(scope));
  const carried = [...ancestorFields(kind).toReversed(), ...kind.parents.map(parentField)];
  return [...new Set([...carried, ...views, ownField(kind) ?? []].flat())];
}

/** The names of the filters that make sense for a kind. */
export function importFilterNames(kind: EntityKind): string[] {
  return [...idFilters(kind), 'ids', ...('name' in kind.row.shape ? ['name'] : [])];
}

/** Of several kinds those that all of the filters make sense for. */
export function concernedKinds(names: readonly KindName[], filters: Readonly<Record<string, unknown>>): KindName[] {
  return names.filter((name) =>
    Object.keys(filters).every((filter) => importFilterNames(kinds[name]).includes(filter)),
  );
}

/**
 * The form in which filters are kept and compared: one order, each id once; an entity's own id is one of `ids`.
 *
 * @param given by name; what is undefined was not given
 */
export function storedImportFilters(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = kindNames.map(parentField).filter((field) => given[field] !== undefined);
  const parents = Object.fromEntries(fields.map((field) => [field, given[field]]));
  const ids = Array.isArray(given.ids) ? { ids: [...new Set(given.ids.map(String))].toSorted() } : {};
  return { ...parents, ...ids, ...(given.name === undefined ? {} : { name: given.name }) };
}

/** Filters as they were stored, see {@link storedImportFilters}. */
export function readImportFilters(stored: Readonly<Record<string, unknown>>): ImportFilters {
  const parents = Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return {
    parents: Object.fromEntries(parents),
    ids: Array.isArray(stored.ids) ? stored.ids.map(String) : null,
    name: typeof stored.name === 'string' ? stored.name : null,
  };
}

/** What of a run's filters concerns the entities of a kind; an own id is one of `ids` there. */
export function importFiltersFor(kind: EntityKind, filters: ImportFilters): ImportFilters {
  const own = ownField(kind);
  const ownId = own === null ? undefined : filters.parents[own];
  const known = idFilters(kind).filter((field) => field !== own);
  const parents = Object.entries(filters.parents).filter(([field]) => known.includes(field));
  const wanted = ownId === undefined ? null : [String(ownId)];
  const ids = filters.ids === null ? wanted : filters.ids.filter((id) => wanted?.includes(id) ?? true);
  return { parents: Object.fromEntries(parents), ids, name: 'name' in kind.row.shape ? filters.name : null };
}

/** Says of an entity, or of a row with the ids of its ancestors, whether filters of its kind name it. */
export type Matcher = (entity: EntityFields) => boolean;

/** What filters of a kind say of its entities; null where they leave none out. */
export function matcherOf(kind: EntityKind, { parents, ids, name }: ImportFilters): Matcher | null {
  const fields = Object.entries(parents);
  const keys = ids === null ? null : new Set(ids);
  const normal = name === null ? null : normaliseName(name);
  if (fields.length === 0 && keys === null && normal === null) return null;
  return (entity) => {
    if (!fields.every(([field, id]) => entity[field] === id)) return false;
    if (keys !== null && !keys.has(entityKey(kind, entity))) return false;
    return normal === null || (typeof entity.name === 'string' && normaliseName(entity.name) === normal);
  };
}
