import type { EntityKind } from '@broadstreet-sync/domain';

function words(value: string): string {
  return value.replaceAll('_', ' ');
}

/** Says whether the values of a field come from a list. */
export function choicesOf(kind: EntityKind, field: string): string[] {
  const named = kind.words?.[field];
  if (named !== undefined) return Object.keys(named);
  const schema = kind.fields.shape[field];
  return schema === undefined || !('options' in schema) || !Array.isArray(schema.options)
    ? []
    : schema.options.filter((option) => typeof option === 'string');
}

/** A value as a table or a page shows it; text for all. */
export function describeValue(kind: EntityKind, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return wordFor(kind, field, value) ?? describeNumber(field, value);
  if (typeof value === 'string') return choicesOf(kind, field).includes(value) ? words(value) : value;
  if (Array.isArray(value)) return value.map((item) => describeValue(kind, field, item)).join(', ') || '–';
  if (typeof value === 'object' && 'url' in value) return describeValue(kind, field, value.url);
  return JSON.stringify(value);
}

/** An id is a name, and read without points. */
function describeNumber(field: string, value: number): string {
  return field === 'id' || field.endsWith('_id') ? String(value) : value.toLocaleString();
}

/** The word for a number that reads give as a word; undefined where there is none. */
export function wordFor(kind: EntityKind, field: string, value: number): string | undefined {
  return Object.entries(kind.words?.[field] ?? {}).find(([, number]) => number === value)?.[0];
}
