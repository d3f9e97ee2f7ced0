import { type IntentState, intentTransitions, sourcesOf } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { IntentDocument } from './documents.ts';

export interface IntentChange {
  readonly to: IntentState;
  /** Of the states that the table allows, only these. */
  readonly from?: readonly IntentState[];
  /** What else must hold, the fence of a claim above all. */
  readonly where?: mongo.Filter<IntentDocument>;
  /** What else is written, as expressions: a value from outside stands in `$literal`. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * Filter and update that make one change of state. Nothing else writes an intent's state, and the filter never leaves out
 * the table: a change that it does not have finds no intent.
 *
 * @param id of one intent, or of several
 */
export function intentChange(id: string | readonly string[], change: IntentChange) {
  const allowed = sourcesOf(intentTransitions, change.to);
  const from = change.from === undefined ? allowed : allowed.filter((state) => change.from?.includes(state));
  const filter: mongo.Filter<IntentDocument> = {
    ...change.where,
    _id: typeof id === 'string' ? id : { $in: [...id] },
    state: { $in: from },
  };
  return { filter, update: [{ $set: { ...change.set, state: change.to, updated_at: '$$NOW' } }] };
}
