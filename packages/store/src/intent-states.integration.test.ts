import {
  type IntentState,
  intentStates,
  intentTransitions,
  kinds,
  type ParkedState,
  parkedStates,
} from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IntentDocument } from './documents.ts';
import { taskId } from './tasks.ts';
import { createIntentBed, intentPlan } from './testing/intents.ts';
import { noRequests, openStoreBed, plannedTask, type StoreBed, zone } from './testing/store-bed.ts';

// Every way to change an intent, tried from every state: what happens is what the table has, and all of it.

let bed: StoreBed;
let intents: StoreBed['store']['intents'];
let parts: ReturnType<typeof createIntentBed>;
beforeAll(async () => {
  bed = await openStoreBed();
  intents = bed.store.intents;
  parts = createIntentBed(bed);
});
afterAll(() => bed.close());

const error = { category: 'validation' as const, code: 'c', message: '$m', remedy: null };
const renaming = { sent_name: '$Top (1)', name_key: 'k', payload: { name: '$Top (1)' }, run_id: 'r2' };

type Way = (id: string, fence: number) => Promise<unknown>;

/** Ways that are the holder's of the fence alone. */
const fenced: Readonly<Record<string, Way>> = {
  backToPlanned: (id, fence) => intents.backToPlanned(id, fence),
  writeOff: (id, fence) => intents.writeOff(id, fence, 1000),
  renamed: (id, fence) => intents.renamed(id, fence, renaming),
  sending: (id, fence) => intents.sending(id, fence, 10, 1),
  ambiguous: (id, fence) => intents.ambiguous(id, fence),
  created: (id, fence) => intents.created(id, fence, '5', { id: 5 }),
  rejected: (id, fence) => intents.refused(id, fence, 'rejected', error),
  blocked: (id, fence) => intents.refused(id, fence, 'blocked', error),
  park: (id, fence) => intents.park(id, fence, error),
};

const others: Readonly<Record<string, Way>> = {
  plan: (id) => intents.plan([intentPlan({ local_id: id })]),
  claim: (id) => intents.claim(id, 'b', 1000),
  lapse: (id) => intents.lapse(id),
  expire: (id) => intents.expire(id),
  reopen: (id) => intents.reopen(id, null),
  resume: (id) => intents.resume([id]),
  promote: (id) => promote(id),
  undo: (id) => undo(id),
};

let remoteId = 1000;

function promote(localId: string): Promise<boolean> {
  remoteId += 1;
  return bed.store.promote({
    kind: kinds.zones,
    localId,
    runId: 'r1',
    sentBy: 'r1',
    taskId: 'none',
    key: String(remoteId),
    entity: { id: remoteId, name: 'Top' },
    ancestors: { network_id: 1 },
    hash: null,
    sentName: 'Top',
    counts: noRequests,
  });
}

/** Removes from production what the intent has made. */
async function undo(localId: string): Promise<boolean> {
  remoteId += 1;
  const key = String(remoteId);
  const deletion = { draft: { local_id: localId, fields: { name: 'Top', network_id: 1 } } };
  const made = { ...zone(remoteId, 'Top'), _id: key, sync: { deletion } };
  await bed.db.collection<{ _id: string }>('zones').insertOne(made);
  const task = plannedTask('r1', { action: 'remove', subject: key });
  await bed.store.tasks.plan([task]);
  const claimed = await bed.store.tasks.claim(taskId(task), 'a');
  const write = { key, runId: 'r1', taskId: taskId(task), fence: claimed?.fence ?? 0, counts: noRequests };
  return bed.store.removeEntity({ kind: kinds.zones, ...write, drafts: [] });
}

/** Where every way that goes from the state at all may go: no lease, something written off. */
async function anyIn(state: IntentState, parkedFrom: ParkedState): Promise<string> {
  return parts.inState(state, {
    lease_until: new Date(0),
    sent_at: new Date(0),
    written_off: [{ name: 'Top', before_ids: [], content: '', sent_at: new Date(0) }],
    parked_from: parkedFrom,
  });
}

async function stateOf(id: string): Promise<IntentDocument['state'] | undefined> {
  return (await intents.get(id))?.state;
}

describe('the changes of state that the store makes', () => {
  it.each(intentStates)('from %s are those of the table, each of them', async (from) => {
    const seen = new Set<IntentState>();

    for (const way of [...Object.values(fenced), ...Object.values(others)]) {
      for (const parkedFrom of parkedStates) {
        const id = await anyIn(from, parkedFrom);
        const before = await intents.get(id);
        await way(id, 7);
        const after = await intents.get(id);
        // What is written at all counts as a change, also one into the same state.
        if (after !== null && JSON.stringify(after) !== JSON.stringify(before)) seen.add(after.state);
      }
    }

    expect([...seen].toSorted()).toEqual([...intentTransitions[from]].toSorted());
  });

  const pairs = intentStates.flatMap((from) => Object.entries(fenced).map(([title, way]) => ({ from, title, way })));

  it.each(pairs)('from $from by $title are refused to an older fence', async ({ from, way }) => {
    const id = await anyIn(from, 'planned');
    const before = await intents.get(id);

    expect(await way(id, 6)).toBeNull();
    expect(await intents.get(id)).toEqual(before);
  });

  it.each(intentStates)('take %s for planned only where nothing can be under way', async (from) => {
    for (const title of ['plan', 'claim', 'lapse', 'backToPlanned']) {
      const id = await anyIn(from, 'ambiguous');
      await (fenced[title] ?? others[title])?.(id, 7);
      const isUnsent = ['planned', 'claimed', 'rejected', 'blocked', 'sending', 'undone'].includes(from);
      if (!isUnsent) expect(await stateOf(id), title).toBe(from);
    }
  });
});

describe('a change of state', () => {
  it('keeps texts that look like expressions as they are', async () => {
    const renamed = await parts.inState('claimed');
    const planned = await parts.planned({ name: '$Top', sent_name: '$$NOW', payload: { name: '$Top' } });
    await intents.renamed(renamed, 7, renaming);

    expect(await intents.get(renamed)).toMatchObject({ sent_name: '$Top (1)', payload: { name: '$Top (1)' } });
    expect(await intents.get(planned)).toMatchObject({ name: '$Top', sent_name: '$$NOW', payload: { name: '$Top' } });
  });

  it('by a claim or an expiry voids every claim before it', async () => {
    const claimed = await parts.inState('claimed');
    const sending = await parts.inState('sending', { lease_until: new Date(0) });

    expect(await intents.claim(claimed, 'b', 1000)).toMatchObject({ state: 'claimed', owner: 'b', fence: 8 });
    expect(await intents.expire(sending)).toMatchObject({ fence: 8, was_ambiguous: true, lease_until: null });
  });
});

describe('parking', () => {
  it.each(parkedStates)('what is %s keeps where it stood, and takes it up again there', async (state) => {
    const id = await parts.inState(state, { name_key: `k:${state}` });

    const parked = await intents.park(id, 7, error);
    expect(parked).toMatchObject({ state: 'parked', parked_from: state, error });
    // Of what may exist nobody else may take the name meanwhile.
    expect(parked?.name_key).toBe(state === 'ambiguous' ? 'k:ambiguous' : null);

    await intents.resume([id]);
    expect(await intents.get(id)).toMatchObject({ state, parked_from: null, error: null, fence: 8 });
  });

  it('a claim makes it planned again', async () => {
    const id = await parts.inState('claimed');

    expect(await intents.park(id, 7, error)).toMatchObject({ parked_from: 'planned' });
  });
});
