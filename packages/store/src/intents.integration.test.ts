import { intentStates } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntentBed, localId, intentPlan as plan } from './testing/intents.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';
import { databaseTime } from './transactions.ts';

let bed: StoreBed;
let intents: StoreBed['store']['intents'];
let planned: ReturnType<typeof createIntentBed>['planned'];
let claimed: ReturnType<typeof createIntentBed>['claimed'];
let inState: ReturnType<typeof createIntentBed>['inState'];
beforeAll(async () => {
  bed = await openStoreBed();
  intents = bed.store.intents;
  ({ planned, claimed, inState } = createIntentBed(bed));
});
afterAll(() => bed.close());

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

    const open = ['sending', 'ambiguous', 'created', 'promoted', 'parked'].includes(state);
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

  it('is under way, also parked; remote ids that are owned are known', async () => {
    const campaign = { kind: 'campaigns' } as const;
    const open = await Promise.all([
      ...(['sending', 'ambiguous', 'created'] as const).map((state) => inState(state, campaign)),
      inState('parked', { ...campaign, parked_from: 'ambiguous' }),
    ]);
    await inState('promoted', { ...campaign, remote_id: '9003' });
    await inState('promoted', { remote_id: '9001' });
    for (const state of ['rejected', 'planned', 'claimed'] as const) await inState(state, campaign);
    await inState('parked', { ...campaign, parked_from: 'planned' });

    const ids = (found: readonly { _id: string }[]) => found.map(({ _id }) => _id).sort();
    expect(ids(await intents.open('campaigns'))).toEqual(open.sort());
    expect(ids(await intents.open())).toEqual(expect.arrayContaining(open));
    expect(await intents.owned('zones', ['9001', '9002'])).toEqual(new Set(['9001']));
    expect(await intents.owned('campaigns', ['9001'])).toEqual(new Set());
  });
});
