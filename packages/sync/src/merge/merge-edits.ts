import type { ConflictPolicy, EntityFields, EntityKind } from '@broadstreet-sync/domain';
import type { FieldConflict, OpenConflict, ProductionDocument } from '@broadstreet-sync/store';
import { compareEdit } from './compare-edit.ts';

/** By whom and when conflicts were found. */
export type Finder = Pick<OpenConflict, 'run_id' | 'at'>;

/** What becomes of an entity's edits beside a row. */
export interface MergedEdits {
  /** Fields that stay edited: they keep their value here. */
  readonly edited: readonly string[];
  /** What the remote says of them; of those in conflict, what it said before. */
  readonly base: EntityFields;
  /** Fields that were changed here and there. */
  readonly conflicts: readonly FieldConflict[];
}

const keptBy: Readonly<Record<ConflictPolicy, FieldConflict['kept']>> = {
  remote_wins: 'remote',
  local_wins: 'local',
  manual: null,
};

/**
 * The conflict of an edited field with a row; null where there is none. What is open waits for a person, whatever the
 * policy of a later run: that decides what the run finds. Pure.
 */
export function findConflict(
  kind: EntityKind,
  field: string,
  document: ProductionDocument,
  row: EntityFields,
  policy: ConflictPolicy,
): FieldConflict | null {
  const { base, conflict } = document.sync;
  const open = conflict?.remote ?? {};
  // Of a row that does not have the field, what is known of it still holds.
  const known = field in open && !(field in row) ? open : row;
  if (compareEdit(kind, field, document, known) !== 'both') return null;
  const [local, remote] = [document[field], known[field]];
  return { field, base: base[field], local, remote, kept: field in open ? null : keptBy[policy] };
}

/** Merges the edits of an entity with a row, by field: what changed on one side is taken from that side. Pure. */
export function mergeEdits(
  kind: EntityKind,
  document: ProductionDocument,
  row: EntityFields,
  policy: ConflictPolicy,
): MergedEdits {
  const edited: string[] = [];
  const base: EntityFields = {};
  const conflicts: FieldConflict[] = [];
  for (const field of document.sync.edited) {
    const conflict = findConflict(kind, field, document, row, policy);
    if (conflict !== null) conflicts.push(conflict);
    if (conflict === null ? compareEdit(kind, field, document, row) === 'agreed' : conflict.kept === 'remote') continue;
    edited.push(field);
    // What an open conflict is compared with stays, or it would be forgotten.
    const source = field in row && conflict?.kept !== null ? row : document.sync.base;
    if (field in source) base[field] = source[field];
  }
  return { edited, base, conflicts };
}

/**
 * What of an entity waits for a person. By whom it was found, and when, stays while nothing else joins it. Pure.
 *
 * @param remote what the remote says of the fields that are open
 */
export function openConflict(
  known: OpenConflict | undefined,
  remote: EntityFields,
  finder: Finder,
): { conflict?: OpenConflict } {
  const fields = Object.keys(remote);
  if (fields.length === 0) return {};
  const isNew = fields.some((field) => !(field in (known?.remote ?? {})));
  return { conflict: { ...(known === undefined || isNew ? finder : known), remote } };
}

/** What the remote says of the fields that are open. Pure. */
export function openFields(conflicts: readonly FieldConflict[]): EntityFields {
  return Object.fromEntries(conflicts.filter(({ kept }) => kept === null).map(({ field, remote }) => [field, remote]));
}
