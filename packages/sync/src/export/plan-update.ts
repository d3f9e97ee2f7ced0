import {
  ancestorFields,
  type ConflictPolicy,
  type EntityFields,
  type EntityKind,
  isGiven,
  isSame,
  isVerifiable,
  type ParentIds,
  readsSame,
  remotePart,
  writtenForm,
} from '@broadstreet-sync/domain';
import type { FieldConflict, ProductionDocument } from '@broadstreet-sync/store';
import { compareEdit } from '../merge/compare-edit.ts';
import { type Finder, findConflict, openConflict } from '../merge/merge-edits.ts';
import { contentHash, withAncestors } from '../row.ts';

/** What an update sends, and what it does not. */
export interface UpdatePlan {
  /** Changed fields in the forms that writes use. */
  readonly changes: EntityFields;
  readonly conflicts: readonly FieldConflict[];
}

/**
 * Compares the edits of an entity with the row as it is now. What changed on one side is taken from that side; what
 * changed on both is a conflict, which the policy decides. Pure.
 */
export function planUpdate(
  kind: EntityKind,
  document: ProductionDocument,
  row: EntityFields,
  policy: ConflictPolicy,
): UpdatePlan {
  const changes: EntityFields = {};
  const conflicts: FieldConflict[] = [];
  for (const field of document.sync.edited) {
    const conflict = findConflict(kind, field, document, row, policy);
    if (conflict !== null) conflicts.push(conflict);
    // Until a person decides, an edit stays and is not sent.
    if (conflict === null ? compareEdit(kind, field, document, row) === 'here' : conflict.kept === 'local') {
      const value = writtenForm(kind, field, document[field]);
      changes[field] = isGiven(value) ? value : null;
    }
  }
  return { changes, conflicts };
}

/** The body of an update: what changed, and what the API wants with it as the row has it. Pure. */
export function updateBody(kind: EntityKind, row: EntityFields, { changes }: UpdatePlan): EntityFields {
  const required = (kind.update?.required ?? []).map((field) => [field, row[field]] as const);
  return { ...Object.fromEntries(required), ...changes };
}

/** Fields that were sent, and that the answer shows as they had been before. Pure. */
export function ignoredFields(
  kind: EntityKind,
  { changes }: UpdatePlan,
  before: EntityFields,
  answer: EntityFields,
): string[] {
  return Object.keys(changes).filter(
    (field) =>
      isVerifiable(kind, field) &&
      field in answer &&
      !readsSame(kind, field, answer[field], changes[field]) &&
      readsSame(kind, field, answer[field], before[field]),
  );
}

/** How far an update came. */
export interface UpdateOutcome {
  /** The entity as it was when it was compared. */
  readonly seen: ProductionDocument;
  /** The row as it is now. */
  readonly row: EntityFields;
  /** What the remote says of fields that a person is to decide about. */
  readonly open: EntityFields;
  /** Fields that stay edited since the API ignored them. */
  readonly ignored: readonly string[];
  readonly finder: Finder;
}

/**
 * Production after an update: what the row says, but for what is still edited here, or was edited meanwhile. Pure.
 *
 * @param current production as it is by now
 */
export function mergeUpdate(
  kind: EntityKind,
  { seen, row: read, open, ignored, finder }: UpdateOutcome,
  current: ProductionDocument,
): ProductionDocument {
  const row = asListed(kind, read, current);
  const isKept = (field: string): boolean => field in open || ignored.includes(field);
  const isDone = (field: string): boolean =>
    seen.sync.edited.includes(field) && !isKept(field) && isSame(current[field], seen[field]);
  const edited = current.sync.edited.filter((field) => !isDone(field));
  const base = edited.flatMap((field) => {
    // An open conflict stays one: what it is compared with does not move.
    const known = isKept(field) || !(field in row) ? current.sync.base[field] : row[field];
    return known === undefined ? [] : [[field, known] as const];
  });
  const taken = Object.entries(row).filter(([field]) => !edited.includes(field));
  const { errors: _, sent: _sent, conflict, ...sync } = current.sync;
  const openStill = edited
    .filter((field) => field in open)
    .map((field) => [field, field in row ? row[field] : open[field]]);
  return {
    ...current,
    ...Object.fromEntries(taken),
    sync: {
      ...sync,
      ...(edited.length > 0 && current.sync.errors !== undefined ? { errors: current.sync.errors } : {}),
      hash: contentHash(withAncestors(row, ancestorsOf(kind, current))),
      edited,
      base: Object.fromEntries(base),
      ...openConflict(conflict, Object.fromEntries(openStill), finder),
    },
  };
}

/** A row as lists have it: what one entity alone is shown with besides is no part of production. */
function asListed(kind: EntityKind, row: EntityFields, current: ProductionDocument): EntityFields {
  const entries = Object.entries(remotePart(row)).filter(([field]) => field in kind.row.shape || field in current);
  return { ...Object.fromEntries(entries), ...ancestorsOf(kind, current) };
}

function ancestorsOf(kind: EntityKind, current: ProductionDocument): ParentIds {
  const ids = ancestorFields(kind).flatMap((field) => {
    const id = current[field];
    return typeof id === 'number' ? [[field, id] as const] : [];
  });
  return Object.fromEntries(ids);
}
