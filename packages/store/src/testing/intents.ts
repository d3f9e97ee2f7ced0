import type { IntentState } from '@broadstreet-sync/domain';
import { Types } from 'mongoose';
import type { IntentDocument } from '../documents.ts';
import type { IntentPlan } from '../intents.ts';
import type { StoreBed } from './store-bed.ts';

export const localId = (): string => new Types.ObjectId().toHexString();

export function intentPlan(fields: Partial<IntentPlan> = {}): IntentPlan {
  return {
    local_id: localId(),
    kind: 'zones',
    run_id: 'r1',
    name_key: null,
    parents: { network_id: 1 },
    ancestors: { network_id: 1 },
    name: 'Top',
    sent_name: 'Top',
    payload: { name: 'Top' },
    content: 'as planned',
    before_ids: [],
    ...fields,
  };
}

/** What tests do to get an intent where they want it. */
export function createIntentBed({ store, collections }: StoreBed) {
  const { intents } = store;
  const parts = {
    async planned(fields: Partial<IntentPlan> = {}): Promise<string> {
      const intent = intentPlan(fields);
      await intents.plan([intent]);
      return intent.local_id;
    },

    async claimed(id: string, leaseMs = 60_000): Promise<IntentDocument> {
      const intent = await intents.claim(id, 'a', leaseMs);
      if (intent === null || intent === 'twin') throw new Error(`${id} cannot be claimed`);
      return intent;
    },

    /** An intent put into a state, under a fence of 7. */
    async inState(state: IntentState, fields: Partial<IntentDocument> = {}): Promise<string> {
      const id = await parts.planned();
      await collections.intents.updateOne({ _id: id }, { $set: { state, fence: 7, ...fields } });
      return id;
    },
  };
  return parts;
}
