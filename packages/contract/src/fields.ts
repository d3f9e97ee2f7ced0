import { ancestorFields, type EntityKind, parentField } from '@broadstreet-sync/domain';
import { z } from 'zod';

const scalars = { string: z.string(), number: z.number(), boolean: z.boolean() };

/** What a plain value is in JSON. */
export type Sort = keyof typeof scalars;
export type ScalarValue = string | number | boolean;

/** The sorts of plain value that each field can have, by name; none where its values are objects. */
export type FieldSorts = ReadonlyMap<string, readonly Sort[]>;

const words: Readonly<Record<Sort, string>> = { string: 'text', number: 'a number', boolean: 'true or false' };

function isSort(word: string): word is Sort {
  return word in scalars;
}

function readSorts(schema: z.core.JSONSchema._JSONSchema): Sort[] {
  if (typeof schema === 'boolean') return [];
  const types = [schema.type ?? []].flat().map((type) => (type === 'integer' ? 'number' : type));
  return [...types.filter(isSort), ...(schema.anyOf ?? []).flatMap(readSorts)];
}

/** The sorts of plain value that a type takes, null aside. */
export function sortsOf(type: z.ZodType): Sort[] {
  return [...new Set(readSorts(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })))];
}

/** Sorts in words: `text or a number`. */
export function describeSorts(sorts: readonly Sort[]): string {
  return sorts.map((sort) => words[sort]).join(' or ');
}

function readValues(schema: z.core.JSONSchema._JSONSchema): string[] {
  if (typeof schema === 'boolean') return [];
  const constants = schema.const === undefined ? [] : [schema.const];
  return [...(schema.enum ?? constants).map(String), ...(schema.anyOf ?? []).flatMap(readValues)];
}

/** The values that a type takes, where it has a list of them. */
export function valuesOf(type: z.ZodType): string[] {
  return readValues(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }));
}

/** A field of a draft: any content of the right sort; null stands for no value. */
export function draftField(sorts: readonly Sort[]): z.ZodType {
  const types = sorts.map((sort) => scalars[sort]);
  return z.union([...types, z.null()], { error: `must be ${describeSorts(sorts)}` }).optional();
}

function sortsOfShape(shape: Readonly<Record<string, z.ZodType>>): [string, Sort[]][] {
  return Object.entries(shape).map(([name, type]) => [name, sortsOf(type)]);
}

/** The fields of a kind's local entities: a parent is a remote id or a local `_id`. */
export function localFieldSorts(kind: EntityKind): FieldSorts {
  const parents = kind.parents.map((name): [string, Sort[]] => [parentField(name), ['number', 'string']]);
  return new Map([...parents, ...sortsOfShape(kind.fields.shape)]);
}

/**
 * The fields of a kind's production entities, in the forms that are read and in those that are written, here too; lists may
 * hold local ones, which hang on a remote id or a local `_id`, however far above.
 */
export function productionFieldSorts(kind: EntityKind): FieldSorts {
  const above = [...ancestorFields(kind), ...kind.parents.map(parentField)];
  const sorts = new Map<string, readonly Sort[]>(above.map((name) => [name, ['number', 'string']]));
  for (const [name, more] of [...sortsOfShape(kind.row.shape), ...sortsOfShape(kind.fields.shape)]) {
    sorts.set(name, [...new Set([...(sorts.get(name) ?? []), ...more])]);
  }
  return sorts;
}
