import { type EntityFields, isGiven } from './entity.ts';
import type { EntityKind } from './kind.ts';
import { isSame } from './same.ts';

/** The value to send for one that a person gave or a read showed: a word's number, the one of an array, an image's address. */
export function writtenForm(kind: EntityKind, field: string, value: unknown): unknown {
  if (kind.readAsArray?.includes(field) === true && Array.isArray(value)) return value[0] ?? null;
  if (kind.readAsImage?.includes(field) === true && typeof value === 'object' && value !== null) {
    return 'url' in value ? value.url : null;
  }
  const words: Readonly<Record<string, number>> | undefined = kind.words?.[field];
  if (typeof value !== 'string') return value;
  return words?.[value] ?? value.trim();
}

/** The body of a create: of the fields that the API takes, those with a value, trimmed, in the API's order. */
export function cleanPayload(kind: EntityKind, fields: EntityFields): EntityFields {
  const given = kind.create.fields.filter((field) => isGiven(fields[field]));
  return Object.fromEntries(given.map((field) => [field, writtenForm(kind, field, fields[field])]));
}

/** What lists will say of a payload: the same values in the forms that reads use. */
export function asRead(kind: EntityKind, payload: EntityFields): EntityFields {
  const kept = kind.create.fields.filter((field) => field in payload && !kind.create.transient?.includes(field));
  return Object.fromEntries(kept.map((field) => [field, readForm(kind, field, payload[field])]));
}

/** What reads say of a value that was sent; a date keeps the time that they cut off. */
export function readForm(kind: EntityKind, field: string, value: unknown): unknown {
  if (kind.readAsArray?.includes(field) === true) return isGiven(value) ? [value] : [];
  if (kind.readAsImage?.includes(field) === true) return { url: value };
  const words: Readonly<Record<string, number>> = kind.words?.[field] ?? {};
  return Object.entries(words).find(([, written]) => written === value)?.[0] ?? value;
}

/** Says whether a row shows what a field holds: otherwise absence, or another value, says nothing about it. */
export function isVerifiable(kind: EntityKind, field: string): boolean {
  return field in kind.row.shape && kind.readAsImage?.includes(field) !== true;
}

/** Says whether two values of a field are the same as far as reads can tell: of dates, the day. */
export function readsSame(kind: EntityKind, field: string, one: unknown, other: unknown): boolean {
  return isSame(shown(kind, field, one), shown(kind, field, other));
}

/** Text as it is, outer blanks too: a person may have edited just these. */
function shown(kind: EntityKind, field: string, value: unknown): unknown {
  if (typeof value !== 'string' || kind.words?.[field] !== undefined) return writtenForm(kind, field, value);
  return kind.readAsDay?.includes(field) === true ? value.slice(0, 10) : value;
}
