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
  // Our own update, of which the answer was lost or is still to be settled.
  if (field in sent && readsSame(kind, field, sent[field], remote)) return 'here';
  return field in base && !readsSame(kind, field, base[field], remote) ? 'both' : 'here';
}
