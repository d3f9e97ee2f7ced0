import { checkEdit, type Decision, decide, type EntityKind, kinds, parseConflictId } from '@broadstreet-sync/domain';
import { type EntityInConflict, editedPart, type ProductionDocument, type Store } from '@broadstreet-sync/store';
import { invalidInput, notFound } from '../http/problem-error.ts';
import { refuseWhenToBeDeleted } from './edit-production.ts';
import { requireMatch } from './find-production.ts';

export type ConflictStore = Pick<Store, 'production' | 'scopes' | 'conflicts'>;

/** What a person has decided: a side for all fields that are open or one of them, or what becomes of some. */
export type Wish =
  | { readonly all: 'local' | 'remote'; readonly field?: string | undefined }
  | { readonly fields: Readonly<Record<string, Decision>> };

export interface Resolution {
  /** Fields that were decided about. */
  readonly resolved: readonly string[];
  readonly entity: EntityInConflict;
}

/**
 * Decides about an entity that was edited here and there.
 *
 * @throws ProblemError `not_found`, `invalid_input`, `revision_outdated`, `deletion_planned`
 */
export async function resolveConflict(
  store: ConflictStore,
  id: string,
  wish: Wish,
  ifMatch?: string,
): Promise<Resolution> {
  for (;;) {
    const { kind, document } = await findInConflict(store, id);
    await requireMatch(store, kinds[kind], document, ifMatch);
    refuseWhenToBeDeleted(kinds[kind], document);
    const decisions = decisionsOf(kinds[kind], document, wish);
    if (Object.keys(decisions).length === 0) return { resolved: [], entity: { kind, document } };
    const after = decide(kinds[kind], editedPart(document), decisions);
    const fields = Object.fromEntries(Object.keys(decisions).map((field) => [field, after.fields[field]]));
    const decided = await store.conflicts.decide(kind, document, { ...after, fields });
    // Somebody has written it meanwhile: what is open now may be something else.
    if (decided !== null) return { resolved: Object.keys(decisions), entity: { kind, document: decided } };
  }
}

async function findInConflict({ production }: ConflictStore, id: string): Promise<EntityInConflict> {
  const ref = parseConflictId(id);
  const document = ref === null ? null : await production.get(ref.kind, ref.key);
  if (ref === null || document === null || document.sync.conflict === undefined) {
    throw notFound(`There is no open conflict ${id}: it was decided about, or both sides agree by now.`);
  }
  return { kind: ref.kind, document };
}

/** @throws ProblemError `invalid_input`, naming every field that cannot be decided so */
function decisionsOf(kind: EntityKind, document: ProductionDocument, wish: Wish): Record<string, Decision> {
  const open = Object.keys(document.sync.conflict?.remote ?? {});
  if ('all' in wish) {
    const meant = open.filter((field) => wish.field === undefined || wish.field === field);
    return Object.fromEntries(meant.map((field) => [field, wish.all]));
  }
  const faults = Object.entries(wish.fields).flatMap(([field, decision]) => {
    const path = `fields.${field}`;
    if (!open.includes(field)) return [{ path, message: `is not in conflict: ${open.join(', ')} is` }];
    if (typeof decision === 'string') return [];
    return checkEdit(kind, { [field]: decision.value }).map(({ message }) => ({ path: `${path}.value`, message }));
  });
  if (faults.length > 0) throw invalidInput(faults);
  return { ...wish.fields };
}
