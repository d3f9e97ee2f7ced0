import { createHash } from 'node:crypto';
import { type EntityFields, type ParentIds, remotePart } from '@broadstreet-sync/domain';

/** A row as production holds it: its own fields, and the ids of its ancestors, which rows do not carry. */
export function withAncestors(row: EntityFields, ancestors: ParentIds): EntityFields {
  return { ...remotePart(row), ...ancestors };
}

/** The same for the same content, whatever the order of its keys. */
export function contentHash(content: EntityFields): string {
  return createHash('sha1')
    .update(JSON.stringify(ordered(content)))
    .digest('base64url');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}
