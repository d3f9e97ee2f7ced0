import { type EntityKind, ownFields } from '@broadstreet-sync/domain';
import type { IntentDocument, LocalDocument } from '@broadstreet-sync/store';
import { contentHash } from '../row.ts';

/** Says whether a draft still says what its intent was planned from. Pure. */
export function isAsPlanned(kind: EntityKind, intent: Pick<IntentDocument, 'content'>, draft: LocalDocument): boolean {
  return contentHash(ownFields(kind, draft)) === intent.content;
}
