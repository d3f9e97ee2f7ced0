import type { EntityFields, EntityKind } from '@broadstreet-sync/domain';
import { z } from 'zod';

/** Values of which every sort of field takes one; a field that takes none gives its own by `.meta({ examples })`. */
const samples = ['A sample', 'https://example.com/', '2026-01-01', 'QUJD', true, 1, 0];
/** The same once more, for fields that are to change. */
const others = ['Another sample', 'https://example.com/other', '2027-02-02', 'REVG', false, 2];

/** What a JSON schema, or a part of it, lists as values. */
function listed(schema: unknown): unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'const') return [value];
    return key === 'enum' || key === 'examples' ? [value].flat() : listed(value);
  });
  return own;
}

/** Values that a field takes. */
function samplesOf(kind: EntityKind, field: string): unknown[] {
  const type = kind.fields.shape[field];
  const own = type === undefined ? [] : listed(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }));
  const fitting = [...own, ...samples, ...others].filter((candidate) => type?.safeParse(candidate).success);
  if (fitting.length > 1) return fitting;
  throw new Error(`${kind.name}: no two samples fit ${field}; give it .meta({ examples: [...] })`);
}

/** A valid value for every field of a kind, from its declaration alone. */
export function sampleFields(kind: EntityKind): EntityFields {
  return Object.fromEntries(Object.keys(kind.fields.shape).map((field) => [field, samplesOf(kind, field)[0]]));
}

/** A valid value that is not the sample's for each of the fields. */
export function otherFields(kind: EntityKind, fields: readonly string[]): EntityFields {
  return Object.fromEntries(
    fields.map((field) => {
      const [first, ...more] = samplesOf(kind, field);
      return [field, more.findLast((value) => value !== first)];
    }),
  );
}
