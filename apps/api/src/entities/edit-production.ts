import { applyEdit, type EntityFields, type EntityKind } from '@broadstreet-sync/domain';
import { editedPart, type ProductionDocument, type Store } from '@broadstreet-sync/store';
import { ProblemError } from '../http/problem-error.ts';
import { findProduction, requireMatch } from './find-production.ts';

/**
 * Edits an entity that exists remotely: it shows at once, and is exported later.
 *
 * @param patch as the contract let it through
 * @throws ProblemError `not_found`, `revision_outdated`, `deletion_planned`
 */
export async function editProduction(
  store: Pick<Store, 'production' | 'scopes'>,
  kind: EntityKind,
  id: string,
  patch: EntityFields,
  ifMatch: string | undefined,
): Promise<ProductionDocument> {
  // Without If-Match an edit is of what it names alone: what else was written meanwhile is no reason to refuse it.
  for (;;) {
    const document = await findProduction(store, kind, id);
    await requireMatch(store, kind, document, ifMatch);
    refuseWhenToBeDeleted(kind, document);
    if (Object.keys(patch).length === 0) return document;
    const entity = applyEdit(kind, editedPart(document), patch);
    const fields = Object.fromEntries(Object.keys(patch).map((field) => [field, entity.fields[field]]));
    const after = await store.production.edit(kind.name, document._id, document.sync.revision, { ...entity, fields });
    if (after !== null) return after;
  }
}

/** @throws ProblemError `deletion_planned` */
export function refuseWhenToBeDeleted(kind: EntityKind, { _id, sync }: ProductionDocument): void {
  if (sync.deletion === undefined) return;
  const detail = `The ${kind.singular} ${_id} is to be deleted in Broadstreet: keep it first (POST /api/${kind.name}/${_id}/keep).`;
  throw new ProblemError({ code: 'deletion_planned', detail });
}
