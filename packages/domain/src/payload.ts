import { type EntityFields, isGiven } from './entity.ts';
import type { EntityKind } from './kind.ts';

function asWritten(kind: EntityKind, field: string, value: unknown): unknown {
  const words: Readonly<Record<string, number>> | undefined = kind.words?.[field];
  if (typeof value !== 'string') return value;
  return words?.[value] ?? value.trim();
}

/** The body of a create: of the fields that the API takes, those with a value, trimmed, in the API's order. */
export function cleanPayload(kind: EntityKind, fields: EntityFields): EntityFields {
  const given = kind.create.fields.filter((field) => isGiven(fields[field]));
  return Object.fromEntries(given.map((field) => [field, asWritten(kind, field, fields[field])]));
}

/** What lists will say of a payload: the same values in the forms that reads use. */
export function asRead(kind: EntityKind, payload: EntityFields): EntityFields {
  const kept = kind.create.fields.filter((field) => field in payload && !kind.create.transient?.includes(field));
  return Object.fromEntries(kept.map((field) => [field, readForm(kind, field, payload[field])]));
}

function readForm(kind: EntityKind, field: string, value: unknown): unknown {
  if (kind.readAsArray?.includes(field) === true) return [value];
  const words: Readonly<Record<string, number>> = kind.words?.[field] ?? {};
  return Object.entries(words).find(([, written]) => written === value)?.[0] ?? value;
}
