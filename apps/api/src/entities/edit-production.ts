import { applyEdit, type EntityFields, type EntityKind, remotePart } from '@broadstreet-sync/domain';
import type { ProductionDocument, Store } from '@broadstreet-sync/store';
import { ProblemError } from '../http/problem-error.ts';
import { findProduction, requireMatch } from './find-production.ts';

/**
 * Edits an entity that exists remotely: it shows at once, and is exported later.
 *
 * @param patch as the contract let it through
 * @throws ProblemError `not_found`, `revision_outdated`, `deletion_planned`
 */
export async function editProduction(
  store: Pick<Store, 'production'>,
  kind: EntityKind,
  id: string,
  patch: EntityFields,
  ifMatch: string | undefined,
): Promise<ProductionDocument> {
  // Without If-Match an edit is of what it names alone: what else was written meanwhile is no reason to refuse it.
  for (;;) {
    const document = await findProduction(store, kind, id);
    requireMatch(kind, document, ifMatch);
    if (document.sync.deletion !== undefined) throw toBeDeleted(kind, document);
    if (Object.keys(patch).length === 0) return document;
    const { edited, base, sent, revision } = document.sync;
    const entity = applyEdit(kind, { fields: remotePart(document), edited, base, sent }, patch);
    const fields = Object.fromEntries(Object.keys(patch).map((field) => [field, entity.fields[field]]));
    const after = await store.production.edit(kind.name, document._id, revision, { ...entity, fields });
    if (after !== null) return after;
  }
}

function toBeDeleted(kind: EntityKind, { _id }: ProductionDocument): ProblemError {
  const detail = `The ${kind.singular} ${_id} is to be deleted in Broadstreet: keep it first (POST /api/${kind.name}/${_id}/keep).`;
  return new ProblemError({ code: 'deletion_planned', detail });
}
