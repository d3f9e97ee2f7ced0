import { type IntentState, intentStates, intentTransitions } from '@broadstreet-sync/domain';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IntentDocument } from './documents.ts';
import type { IntentPlan } from './intents.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';
import { databaseTime } from './transactions.ts';

let bed: StoreBed;
let intents: StoreBed['store']['intents'];
beforeAll(async () => {
  bed = await openStoreBed();
  intents = bed.store.intents;
});
afterAll(() => bed.close());

const localId = () => new Types.ObjectId().toHexString();

function plan(fields: Partial<IntentPlan> = {}): IntentPlan {
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

async function planned(fields: Partial<IntentPlan> = {}): Promise<string> {
  const intent = plan(fields);
  await intents.plan([intent]);
  return intent.local_id;
}

async function claimed(id: string, leaseMs = 60_000): Promise<IntentDocument> {
  const intent = await intents.claim(id, 'a', leaseMs);
  if (intent === null || intent === 'twin') throw new Error(`${id} cannot be claimed`);
  return intent;
}

/** An intent put into a state, under a fence of 7. */
async function inState(state: IntentState, fields: Partial<IntentDocument> = {}): Promise<string> {
  const id = await planned();
  await bed.collections.intents.updateOne({ _id: id }, { $set: { state, fence: 7, ...fields } });
  return id;
}

const error = { category: 'validation' as const, code: 'c', message: '$m', remedy: null };
const renaming = { sent_name: '$Top (1)', name_key: 'k', payload: { name: '$Top (1)' }, run_id: 'r2' };
type Move = (id: string, fence: number) => Promise<unknown>;
const moves: readonly { to: IntentState; title: string; way: Move }[] = [
  { to: 'planned', title: 'planned', way: (id, fence) => intents.backToPlanned(id, fence) },
  { to: 'planned', title: 'planned, renamed', way: (id, fence) => intents.renamed(id, fence, renaming) },
  { to: 'sending', title: 'sending', way: (id, fence) => intents.sending(id, fence, 10, 1) },
  { to: 'ambiguous', title: 'ambiguous', way: (id, fence) => intents.ambiguous(id, fence) },
  { to: 'created', title: 'created', way: (id, fence) => intents.created(id, fence, '5', { id: 5 }) },
  { to: 'rejected', title: 'rejected', way: (id, fence) => intents.refused(id, fence, 'rejected', error) },
  { to: 'blocked', title: 'blocked', way: (id, fence) => intents.refused(id, fence, 'blocked', error) },
];
const pairs = intentStates.flatMap((from) => moves.map((move) => ({ ...move, from })));

describe('a change of state', () => {
  const isLegal = ({ from, to }: (typeof pairs)[number]) => intentTransitions[from].includes(to);

  it.each(pairs.filter(isLegal))('from $from to $title is made by the holder of the fence', async (pair) => {
    const id = await inState(pair.from);

    expect(await pair.way(id, 7)).toMatchObject({ _id: id, state: pair.to, fence: 7 });
    expect((await intents.get(id))?.state).toBe(pair.to);
  });

  it.each(pairs.filter(isLegal))('from $from to $title is refused to an older fence', async (pair) => {
    const id = await inState(pair.from);

    expect(await pair.way(id, 6)).toBeNull();
    expect((await intents.get(id))?.state).toBe(pair.from);
  });

  it.each(pairs.filter((pair) => !isLegal(pair)))('from $from to $title is refused', async (pair) => {
    const id = await inState(pair.from);

    expect(await pair.way(id, 7)).toBeNull();
    expect((await intents.get(id))?.state).toBe(pair.from);
  });

  it.each(intentStates)('from %s to claimed is made where nothing can be under way', async (state) => {
    const id = await inState(state);

    const answer = await intents.claim(id, 'b', 1000);

    expect(answer !== null).toBe(state === 'planned' || state === 'claimed');
    if (answer !== null) expect(answer).toMatchObject({ state: 'claimed', owner: 'b', fence: 8 });
  });

  it.each(intentStates)('from %s to ambiguous by expiry is made of a sender that is gone', async (state) => {
    const id = await inState(state, { lease_until: new Date(0) });

    const answer = await intents.expire(id);

    expect(answer?.state).toBe(state === 'sending' ? 'ambiguous' : undefined);
    if (answer !== null) expect(answer).toMatchObject({ fence: 8, was_ambiguous: true, lease_until: null });
  });

  it('keeps texts that look like expressions as they are', async () => {
    const id = await inState('sending');
    await intents.renamed(id, 7, renaming);

    expect(await intents.get(id)).toMatchObject({ sent_name: '$Top (1)', payload: { name: '$Top (1)' } });
  });
});

describe('a lease', () => {
  it('is by the clock of the database, and so is the time of sending', async () => {
    const id = await planned();
    const before = (await databaseTime(bed.db)).getTime();
    const { lease_until } = await claimed(id, 5000);
    const sending = await intents.sending(id, (await intents.get(id))?.fence ?? 0, 700, 1);
    const after = (await databaseTime(bed.db)).getTime();

    expect(lease_until?.getTime()).toBeGreaterThanOrEqual(before + 5000);
    expect(lease_until?.getTime()).toBeLessThanOrEqual(after + 5000);
    expect(sending?.sent_at?.getTime()).toBeGreaterThanOrEqual(before + 700);
    expect(sending?.sent_at?.getTime()).toBeLessThanOrEqual(after + 700);
  });

  it('protects who is sending, until it has run out', async () => {
    const id = await planned();
    const { fence } = await claimed(id, 60_000);
    await intents.sending(id, fence, 0, 1);

    expect(await intents.expire(id)).toBeNull();
    expect(await intents.claim(id, 'b', 1000)).toBeNull();

    await bed.collections.intents.updateOne({ _id: id }, [{ $set: { lease_until: { $subtract: ['$$NOW', 1] } } }]);
    expect(await intents.expire(id)).toMatchObject({ state: 'ambiguous', fence: fence + 1 });
    // The answer comes after all: whoever took over looks for what was created.
    expect(await intents.created(id, fence, '5', null)).toBeNull();
  });

  it('of a mere claim protects nothing: its fence does', async () => {
    const id = await planned();
    const first = await claimed(id);
    const second = await claimed(id);

    expect(await intents.sending(id, first.fence, 0, 1)).toBeNull();
    expect(await intents.sending(id, second.fence, 0, 1)).toMatchObject({ state: 'sending' });
  });

  it('of 10 claims at once leaves one that may send', async () => {
    const id = await planned();

    const claims = await Promise.all(Array.from({ length: 10 }, () => claimed(id)));
    const sent = await Promise.all(claims.map(({ fence }) => intents.sending(id, fence, 0, 1)));

    expect(sent.filter((intent) => intent !== null)).toHaveLength(1);
  });
});

describe('two creates of one name under one parent', () => {
  it('are never under way at once', async () => {
    const name_key = `zones:1:${localId()}`;
    const [first, second] = [await planned({ name_key }), await planned({ name_key })];
    const { fence } = await claimed(first);

    expect(await intents.claim(second, 'b', 1000)).toBe('twin');
    await intents.sending(first, fence, 0, 1);
    expect(await intents.claim(second, 'b', 1000)).toBe('twin');
    await intents.ambiguous(first, fence);
    expect(await intents.claim(second, 'b', 1000)).toBe('twin');
    await intents.created(first, fence, '1', null);
    expect(await intents.claim(second, 'b', 1000)).toMatchObject({ state: 'claimed' });
  });

  it('that both have no name do not meet', async () => {
    await claimed(await planned());

    await claimed(await planned());
  });
});

describe('planning', () => {
  it.each(intentStates)('again what is %s touches no open outcome', async (state) => {
    const id = await inState(state, { attempt: 3, was_renamed: true });
    const fresh = plan({ local_id: id, run_id: 'r2', sent_name: 'New', payload: { name: 'New' } });

    await intents.plan([fresh, plan()]);

    const open = ['sending', 'ambiguous', 'created', 'promoted'].includes(state);
    expect(await intents.get(id)).toMatchObject(
      open
        ? { state, run_id: 'r1', sent_name: 'Top', payload: { name: 'Top' }, fence: 7 }
        : {
            state: 'planned',
            run_id: 'r2',
            sent_name: 'New',
            payload: { name: 'New' },
            attempt: 0,
            was_renamed: false,
          },
    );
  });

  it('anew voids the claim that an earlier run left: it would send what has been edited since', async () => {
    const id = await planned();
    const { fence } = await claimed(id);

    await intents.plan([plan({ local_id: id, run_id: 'r2', payload: { name: 'Edited' } })]);

    expect(await intents.sending(id, fence, 0, 1)).toBeNull();
    expect(await claimed(id)).toMatchObject({ run_id: 'r2', payload: { name: 'Edited' } });
  });

  it('by two at once stores each once, among some that are open', async () => {
    const open = await inState('ambiguous');
    const plans = Array.from({ length: 600 }, () => plan());

    await Promise.all([intents.plan([plan({ local_id: open }), ...plans]), intents.plan(plans)]);

    expect(await intents.many(plans.map(({ local_id }) => local_id))).toHaveLength(600);
  });
});

describe('an unknown outcome', () => {
  it('is settled once timeout and settle time have passed since it was sent', async () => {
    const parents = { network_id: 77 };
    const [early, late, other] = [
      await inState('ambiguous', { parents, sent_at: new Date(Date.now() - 90_000) }),
      await inState('ambiguous', { parents, sent_at: new Date(Date.now() - 10_000) }),
      await inState('ambiguous', { parents: { network_id: 78 }, sent_at: new Date(0) }),
    ];

    expect((await intents.settled('zones', parents, 60_000)).map(({ _id }) => _id)).toEqual([early]);
    expect(await intents.untilSettledMs(early, 60_000)).toBe(0);
    expect(await intents.untilSettledMs(late, 60_000)).toBeGreaterThan(40_000);
    expect((await intents.settled('zones', { network_id: 78 }, 60_000)).map(({ _id }) => _id)).toEqual([other]);
    expect(await intents.settled('campaigns', parents, 60_000)).toEqual([]);
  });

  it('keeps its run from forgetting it; remote ids that are owned are known', async () => {
    const open = await Promise.all(
      (['sending', 'ambiguous', 'created'] as const).map((s) => inState(s, { run_id: 'q' })),
    );
    await inState('promoted', { run_id: 'q', remote_id: '9001' });
    await inState('rejected', { run_id: 'q' });

    expect((await intents.unsettledOf('q')).sort()).toEqual(open.sort());
    expect(await intents.owned('zones', ['9001', '9002'])).toEqual(new Set(['9001']));
    expect(await intents.owned('campaigns', ['9001'])).toEqual(new Set());
  });
});
