import { z } from 'zod';
import { type EntityKind, type KindName, kindNames } from './kind.ts';
import { kinds } from './registry.ts';
import { isSame } from './same.ts';

/** Fields of an entity or a row, under the API's own names. */
export type EntityFields = Record<string, unknown>;

/** What is ours in a production entity: a remote field of the same name is not kept. */
const ourFields = ['_id', 'sync', 'created_locally', 'synced_with_api', 'synced_at'];

/** An entity's fields without those that are ours. */
export function remotePart(entity: EntityFields): EntityFields {
  return Object.fromEntries(Object.entries(entity).filter(([field]) => !ourFields.includes(field)));
}

/** Remote ids of an entity's ancestors, by field: `network_id`, `advertiser_id`, … */
export type ParentIds = Readonly<Record<string, number>>;

export const localIdPattern = /^[0-9a-f]{24}$/;

/** A parent as a local entity gives it: a remote id, or the `_id` of a local entity. */
const parentShape = { error: 'must be a remote id (a number) or the _id of a local entity (24 hexadecimal digits)' };
export const parentReference = z.union(
  [z.int(parentShape).positive(parentShape), z.string().regex(localIdPattern, parentShape)],
  parentShape,
);

export const kindName = z.enum(kindNames);

/** The field that holds the id of a parent of this kind. */
export function parentField(name: KindName): string {
  return `${kinds[name].singular}_id`;
}

/** The field that holds what a list's scope is: the scope kind's id; null for the account. */
export function scopeField(kind: EntityKind): string | null {
  return kind.list.scope === 'account' ? null : parentField(kind.list.scope);
}

/** From the entity's own lineage parent up to the root. */
export function lineageOf(kind: EntityKind): KindName[] {
  return kind.lineage === undefined ? [] : [kind.lineage, ...lineageOf(kinds[kind.lineage])];
}

/** The kinds whose entities go with one of this kind. */
export function kindsBelow(name: KindName): KindName[] {
  return kindNames.filter((candidate) => lineageOf(kinds[candidate]).includes(name));
}

/** The kinds whose ids a production entity carries though rows do not. */
export function ancestorFields(kind: EntityKind): string[] {
  return lineageOf(kind).map(parentField);
}

/** The field in which entities of a kind have the id of their root: their own for the root itself. */
export function rootField(kind: EntityKind): string {
  return ancestorFields(kind).at(-1) ?? 'id';
}

/** The remote id of the root among an entity's ancestors; null for the root itself, and where it is not known. */
export function rootOf(kind: EntityKind, ancestors: ParentIds): number | null {
  return ancestors[ancestorFields(kind).at(-1) ?? ''] ?? null;
}

/** The parents without whose remote ids the API cannot create this kind. */
export function requiredParents(kind: EntityKind): KindName[] {
  return [...new Set([...Object.values(kind.create.query), ...Object.values(kind.create.body ?? {})])];
}

/** All that a kind's entities hang on, directly or not, in the order of levels. */
export function ancestorKinds(kind: EntityKind): KindName[] {
  const found = new Set<KindName>();
  const visit = (name: KindName): void => {
    for (const parent of kinds[name].parents) {
      visit(parent);
      found.add(parent);
    }
  };
  visit(kind.name);
  return [...found];
}

/** What identifies an entity, as text: its id, or the ids of its parents joined by `-`. */
export function entityKey(kind: EntityKind, entity: EntityFields): string {
  return kind.identity.map((field) => String(entity[field])).join('-');
}

/** The identity fields of a key made by {@link entityKey}; null where it is not one of this kind. */
export function parseEntityKey(kind: EntityKind, key: string): Record<string, number> | null {
  const parts = key.split('-');
  if (parts.length !== kind.identity.length || !parts.every((part) => /^[1-9]\d{0,15}$/.test(part))) return null;
  return Object.fromEntries(kind.identity.map((field, at) => [field, Number(parts[at])]));
}

/** Fields that can be written and that lists do not give back: absence in a list says nothing about them. */
export function unverifiableFields(kind: EntityKind): string[] {
  return kind.create.fields.filter((field) => !(field in kind.row.shape));
}

/** The kind's fields that a local entity has: parents, and what the API can be given. */
export function ownFields(kind: EntityKind, entity: EntityFields): EntityFields {
  const names = [...kind.parents.map(parentField), ...Object.keys(kind.fields.shape)];
  return Object.fromEntries(names.filter((name) => name in entity).map((name) => [name, entity[name]]));
}

/** The named fields of an entity. */
export function valuesOf(entity: EntityFields, fields: readonly string[]): EntityFields {
  return Object.fromEntries(fields.map((field) => [field, entity[field]]));
}

/** Fields whose values are not the same in both. */
export function changedFields(before: EntityFields, after: EntityFields): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((field) => !isSame(before[field], after[field]));
}

/** The schema of a local entity's own fields: parents, and what the API can be given; unknown fields are refused. */
export function localSchema(kind: EntityKind): z.ZodObject {
  const parents = kind.parents.map((name) => [parentField(name), parentReference.optional()] as const);
  const fields = Object.entries(kind.fields.shape).map(([name, type]) => [name, type.nullish()] as const);
  return z.strictObject(Object.fromEntries([...parents, ...fields]));
}

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Says whether a field has a value: null and blanks are none. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}

/** Says whether an issue is about the sort of value (refused) rather than its content (a draft may have it). */
function isWrongSort(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'unrecognized_keys';
}

function describeIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: key, message: 'is not a field of this kind' }));
  }
  if (issue.code === 'invalid_value') {
    return [{ path: issue.path.join('.'), message: `must be one of ${issue.values.map(String).join(', ')}` }];
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
}

/**
 * Checks the fields of a local entity.
 *
 * @returns `refused`: unknown fields and wrong types; `problems`: what keeps it from being exported, refused included
 */
export function checkLocal(
  kind: EntityKind,
  fields: EntityFields,
): { refused: FieldProblem[]; problems: FieldProblem[] } {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));
  const parsed = localSchema(kind).safeParse(given);
  const issues = parsed.success ? [] : parsed.error.issues;
  const refused = issues.filter(isWrongSort).flatMap(describeIssue);
  const missing = [...kind.create.required, ...requiredParents(kind).map(parentField)]
    .filter((field) => !isGiven(fields[field]))
    .map((path) => ({ path, message: 'is required before it can be exported' }));
  const named = new Set(missing.map((problem) => problem.path));
  const others = issues.flatMap(describeIssue).filter((problem) => !named.has(problem.path));
  return { refused, problems: [...missing, ...others] };
}
