import type { EntityKind } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { nameScope } from './name-scope.ts';
import type { Place } from './settle-parent.ts';
import { bearsName, type KeyedRow } from './traces.ts';

/**
 * Creates under one parent of which nobody knows yet what has become of them. To be asked for after the parent's list was
 * read, and before it is asked who owns its rows: what has been answered in between is owned then.
 */
export async function openCreates(context: SyncContext, kind: EntityKind, place: Place): Promise<IntentDocument[]> {
  const scope = nameScope(kind, place.parents);
  const open = await context.store.intents.open(kind.name);
  return open.filter(({ parents, remote_id }) => remote_id === null && nameScope(kind, parents) === scope);
}

/** The create of open outcome, its own included, that may have made a row. Pure. */
export function makerOf(kind: EntityKind, open: readonly IntentDocument[], row: KeyedRow): IntentDocument | undefined {
  return open.find((intent) => bearsName(kind, intent, row));
}
