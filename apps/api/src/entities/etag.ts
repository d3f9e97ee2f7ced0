import { createHash } from 'node:crypto';
import { type LocalDocument, localFields, type ProductionDocument } from '@broadstreet-sync/store';

/** The revision, and what other tools may have changed without counting it up. */
export function localEtag(document: LocalDocument): string {
  const fields = JSON.stringify(Object.entries(localFields(document)).sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = createHash('sha256').update(fields).digest('hex').slice(0, 12);
  return `"${document.revision ?? 0}-${digest}"`;
}

export function productionEtag({ sync }: ProductionDocument): string {
  return `"${sync.revision}"`;
}

/** Whether an `If-Match` lets the change through: it names this tag, or is `*`, or was not sent. */
export function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return true;
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.some((tag) => tag === '*' || tag === etag);
}
