import { ancestorFields, checkLocal, type EntityFields, type FieldProblem, isGiven, parentField } from './entity.ts';
import type { EntityKind } from './kind.ts';
import { readForm, writtenForm } from './payload.ts';
import { isSame } from './same.ts';

/** By field, values that were sent and whose arrival nobody knows of yet. */
export type SentValues = Readonly<Record<string, readonly unknown[]>>;

/** A synced entity as it stands between here and there. */
export interface EditedEntity {
  /** As they show here, edits included. */
  readonly fields: EntityFields;
  /** Fields edited here and not sent yet. */
  readonly edited: readonly string[];
  /** What the remote last said of the edited fields; of which it never said anything is missing. */
  readonly base: EntityFields;
  /** What has left for the account and may be there by now. */
  readonly sent?: SentValues | undefined;
}

/** Why a field of a synced entity cannot be changed through the API; null when it can. */
export function whyNotUpdated(kind: EntityKind, field: string): string | null {
  if (kind.update?.fields.includes(field) === true) return null;
  const parents = [...kind.parents.map(parentField), ...ancestorFields(kind)];
  const own = [...Object.keys(kind.fields.shape), ...Object.keys(kind.row.shape), ...parents, ...kind.identity];
  if (!own.includes(field)) return 'is not a field of this kind';
  if (kind.update === null) return `cannot be changed: Broadstreet has no way to update ${kind.name}`;
  return 'cannot be changed through the Broadstreet API';
}

/** What is wrong with an edit of a synced entity: fields that cannot be changed, values of the wrong form. */
export function checkEdit(kind: EntityKind, patch: EntityFields): FieldProblem[] {
  const { problems } = checkLocal(kind, patch);
  return Object.entries(patch).flatMap(([path, value]) => {
    const reason = whyNotUpdated(kind, path);
    if (reason !== null) return [{ path, message: reason }];
    if (isGiven(value)) return problems.filter((problem) => problem.path === path);
    return kind.update?.clearable.includes(path) === true ? [] : [{ path, message: 'must have a value' }];
  });
}

/**
 * Edits a synced entity. A field that gets the value back that the remote has is edited no more, unless another was sent:
 * the remote may have that by now. Pure.
 *
 * @param patch checked by {@link checkEdit}; null takes a value away
 */
export function applyEdit(kind: EntityKind, entity: EditedEntity, patch: EntityFields): EditedEntity {
  const fields = { ...entity.fields };
  const base = { ...entity.base };
  const edited = new Set(entity.edited);
  for (const [field, given] of Object.entries(patch)) {
    const value = isGiven(given) ? readForm(kind, field, writtenForm(kind, field, given)) : emptyForm(kind, field);
    if (!edited.has(field) && field in fields) base[field] = fields[field];
    const isBack = field in base && (isSame(given, base[field]) || isSame(value, base[field]));
    fields[field] = isBack ? base[field] : value;
    if (isBack && entity.sent?.[field] === undefined) {
      delete base[field];
      edited.delete(field);
    } else {
      edited.add(field);
    }
  }
  return { ...entity, fields, edited: [...edited], base };
}

function emptyForm(kind: EntityKind, field: string): unknown {
  return kind.readAsImage?.includes(field) === true ? readForm(kind, field, null) : null;
}
