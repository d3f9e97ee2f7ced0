import { type EntityFields, type EntityKind, isSame, isVerifiable, readsSame } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';

/**
 * How a field that was edited here stands to what the remote says of it now. `here`: only here was it changed, or reads do
 * not tell; `agreed`: both have the same; `both`: there it was changed too, to something else.
 */
export type EditStanding = 'here' | 'agreed' | 'both';

/** Compares an edited field with a row, given what the remote said of it before. Pure. */
export function compareEdit(
  kind: EntityKind,
  field: string,
  document: ProductionDocument,
  row: EntityFields,
): EditStanding {
  if (!(isVerifiable(kind, field) && field in row)) return 'here';
  const [local, remote] = [document[field], row[field]];
  if (isSame(local, remote)) return 'agreed';
  // The same as far as reads tell, and more than they would: a time of day.
  if (readsSame(kind, field, local, remote)) return 'here';
  const { base, sent = {} } = document.sync;
  // What an update of ours has sent is nobody else's change.
  if (sent[field]?.some((value) => readsSame(kind, field, value, remote)) === true) return 'here';
  return field in base && !readsSame(kind, field, base[field], remote) ? 'both' : 'here';
}
