import { conflictId, type EntityKind, type ErrorRecord } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';

/** Why edits are not sent: a person is to decide first. */
export function undecided(kind: EntityKind, key: string, fields: readonly string[]): ErrorRecord {
  const message = `${fields.join(', ')} of the ${kind.singular} ${key} changed in Broadstreet too since it was edited here.`;
  const remedy = `Decide which of both is kept (POST /api/conflicts/${conflictId(kind.name, key)}), then export again.`;
  return { category: 'conflict', code: 'changed_on_both_sides', message, remedy };
}

/** Says whether nothing of an entity's edits can be sent before a person has decided. */
export function isUndecided({ sync: { edited, conflict } }: ProductionDocument): boolean {
  return conflict !== undefined && edited.every((field) => field in conflict.remote);
}
