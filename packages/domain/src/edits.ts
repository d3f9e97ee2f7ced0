import { ancestorFields, checkLocal, type EntityFields, type FieldProblem, isGiven, parentField } from './entity.ts';
import type { EntityKind } from './kind.ts';
import { readForm, writtenForm } from './payload.ts';
import { isSame } from './same.ts';

/** A synced entity as it stands between here and there. */
export interface EditedEntity {
  /** As they show here, edits included. */
  readonly fields: EntityFields;
  /** Fields edited here and not sent yet. */
  readonly edited: readonly string[];
  /** What the remote last said of the edited fields; of which it never said anything is missing. */
  readonly base: EntityFields;
  /** What it says now of those that it has changed too, while nobody has decided between both. */
  readonly open?: EntityFields;
  /** What was last sent of edited fields: whether the remote has it is not known before the update is settled. */
  readonly sent?: EntityFields;
}

/** What becomes of a field that was changed on both sides: one of them, or another value. */
export type Decision = 'local' | 'remote' | { readonly value: unknown };

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
 * Edits a synced entity. A field that gets the value that the remote has is edited no more. Pure.
 *
 * @param patch checked by {@link checkEdit}; null takes a value away
 */
export function applyEdit(kind: EntityKind, entity: EditedEntity, patch: EntityFields): EditedEntity {
  const fields = { ...entity.fields };
  const base = { ...entity.base };
  const open = { ...entity.open };
  const edited = new Set(entity.edited);
  for (const [field, given] of Object.entries(patch)) {
    const value = isGiven(given) ? readForm(kind, field, writtenForm(kind, field, given)) : emptyForm(kind, field);
    if (!edited.has(field) && field in fields) base[field] = fields[field];
    const theirs = field in open ? open : base;
    // Something else may be on its way: then the value from before is to be sent after it.
    const isUnderWay = edited.has(field) && field in (entity.sent ?? {});
    if (!isUnderWay && field in theirs && (isSame(given, theirs[field]) || isSame(value, theirs[field]))) {
      fields[field] = theirs[field];
      delete base[field];
      delete open[field];
      edited.delete(field);
    } else {
      fields[field] = value;
      edited.add(field);
    }
  }
  return { fields, edited: [...edited], base, ...(Object.keys(open).length === 0 ? {} : { open }) };
}

/**
 * Decides about fields that were changed on both sides. From then on what the remote says of them is known: what is kept
 * from here, or given instead, is an edit like any other. Pure.
 *
 * @param decisions of open fields; values checked by {@link checkEdit}
 */
export function decide(
  kind: EntityKind,
  entity: EditedEntity,
  decisions: Readonly<Record<string, Decision>>,
): EditedEntity {
  const { fields, edited, base, open = {} } = entity;
  const decided = Object.entries(decisions).filter(([field]) => field in open);
  const theirs = Object.fromEntries(decided.map(([field]) => [field, open[field]]));
  const left = Object.fromEntries(Object.entries(open).filter(([field]) => !(field in theirs)));
  const patch = decided.flatMap(([field, decision]) => {
    if (decision === 'local') return [];
    return [[field, decision === 'remote' ? theirs[field] : decision.value] as const];
  });
  return applyEdit(kind, { fields, edited, base: { ...base, ...theirs }, open: left }, Object.fromEntries(patch));
}

function emptyForm(kind: EntityKind, field: string): unknown {
  return kind.readAsImage?.includes(field) === true ? readForm(kind, field, null) : null;
}
