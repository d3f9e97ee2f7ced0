import { differingFields } from './differing-fields.ts';
import { type EntityFields, remotePart } from './entity.ts';

/** A change that an import has made to production. */
export interface MadeChange {
  readonly operation: 'insert' | 'update' | 'remove';
  /** Null where the entity was not there. */
  readonly before: EntityFields | null;
  readonly after: EntityFields | null;
}

/** `gone`: there is nothing to take back; `there_again`: it is there already; `changed` gives way to force. */
export type KeptCode = 'gone' | 'there_again' | 'changed';

/** What undoing a change does to an entity: the opposite, or nothing. */
export type Reversal =
  | { readonly fate: 'reverted'; readonly operation: MadeChange['operation'] }
  | { readonly fate: 'stays'; readonly code: KeptCode };

const opposites = { insert: 'remove', update: 'update', remove: 'insert' } as const;

/**
 * Decides how a change is undone. What was changed since, here or by a later run, stays unless it is forced. Pure.
 *
 * @param current the entity as production has it now; null: not there
 */
export function reversalOf(
  { operation, before, after }: MadeChange,
  current: EntityFields | null,
  force: boolean,
): Reversal {
  if (operation === 'remove') {
    return current === null && before !== null ? revert(operation) : { fate: 'stays', code: 'there_again' };
  }
  if (current === null) return { fate: 'stays', code: 'gone' };
  const isAsLeft = after !== null && differingFields(remotePart(current), after).length === 0;
  return isAsLeft || force ? revert(operation) : { fate: 'stays', code: 'changed' };
}

function revert(operation: MadeChange['operation']): Reversal {
  return { fate: 'reverted', operation: opposites[operation] };
}
