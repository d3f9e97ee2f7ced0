import { type FieldProblem, lineageOf, localIdPattern, parentField } from './entity.ts';
import type { EntityKind, KindName } from './kind.ts';
import { normaliseName } from './names.ts';
import { kinds } from './registry.ts';

/** An entity by its remote id, or by the local `_id` of one that does not exist remotely. */
export type EntityReference = number | string;

/** References by field: `network_id`, `advertiser_id`, … */
export type References = Readonly<Record<string, EntityReference>>;

/** What an export is limited to, within its kinds. */
export interface Filters {
  /** What an entity must hang on, or be. */
  readonly references: References;
  /** Normalised; null: any. */
  readonly name: string | null;
}

/** Reads filters as a trigger gives them. What is no filter of an export is passed over: {@link filterProblems} names it. */
export function readFilters(given: Readonly<Record<string, unknown>>): Filters {
  const { name, ...others } = given;
  const references = Object.entries(others).flatMap(([field, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [[field, value] as const] : [],
  );
  return { references: Object.fromEntries(references), name: typeof name === 'string' ? normaliseName(name) : null };
}

/** Says whether nothing is left out. */
export function isUnfiltered({ references, name }: Filters): boolean {
  return name === null && Object.keys(references).length === 0;
}

/** The fields by which entities of a kind can be chosen: what they hang on, directly or through their lineage. */
export function filterFields(kind: EntityKind): string[] {
  return [...new Set([...lineageOf(kind), ...kind.parents])].map(parentField);
}

/**
 * What is wrong with the filters of an export of these kinds: one that fits none of them would choose nothing.
 *
 * @param given those that have a value
 */
export function filterProblems(names: readonly KindName[], given: Readonly<Record<string, unknown>>): FieldProblem[] {
  const chosen = names.map((name) => kinds[name]);
  return Object.keys(given).flatMap((path) => {
    if (path === 'ids') return [{ path, message: 'is for an import: name local entities by local_ids' }];
    if (path === 'name') {
      const isNamed = chosen.some(({ fields }) => path in fields.shape);
      return isNamed ? [] : [{ path, message: `makes no sense here: ${names.join(', ')} have no name` }];
    }
    const fits = chosen.some((kind) => filterFields(kind).includes(path));
    const fields = [...new Set(chosen.flatMap(filterFields))];
    const known = fields.length === 0 ? 'choose them by local_ids' : `there are ${fields.join(', ')}`;
    return fits ? [] : [{ path, message: `makes no sense here: ${names.join(', ')} do not hang on one; ${known}` }];
  });
}

/**
 * Says whether an entity, local or not, is among those that the filters leave. Pure.
 *
 * @param entity its `_id` or remote id, and its name
 * @param ancestors all that it hangs on, in the same form as the filters' references
 */
export function fitsFilters(
  kind: EntityKind,
  entity: { readonly id: EntityReference; readonly name: unknown },
  ancestors: References,
  { references, name }: Filters,
): boolean {
  const all: References = { ...ancestors, [parentField(kind.name)]: entity.id };
  if (name !== null && (typeof entity.name !== 'string' || normaliseName(entity.name) !== name)) return false;
  return Object.entries(references).every(([field, reference]) => all[field] === reference);
}

/**
 * Keys of the entities of production that an export is limited to. A limit names local entities and those of production
 * alike. Pure.
 *
 * @returns null for all of the kind, as far as they fit the filters
 */
export function chosenKeys(
  choice: {
    readonly kinds: readonly KindName[];
    readonly only: Readonly<Partial<Record<KindName, readonly string[]>>> | null;
  },
  kind: KindName,
): string[] | null {
  if (choice.only !== null) return (choice.only[kind] ?? []).filter((id) => !localIdPattern.test(id));
  return choice.kinds.includes(kind) ? null : [];
}

/** Says whether a value of a parent field is the `_id` of a local entity. */
export function isLocalReference(value: unknown): value is string {
  return typeof value === 'string' && localIdPattern.test(value);
}
