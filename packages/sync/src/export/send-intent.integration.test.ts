import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTask } from '../run-task.ts';
import type { SyncBed } from '../testing/sync-bed.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';

let bed: ZoneBed;
beforeEach(async () => {
  bed = await openZoneBed();
});
afterEach(() => bed.close());

describe('a sender', () => {
  async function planned(): Promise<{ run: Awaited<ReturnType<SyncBed['begin']>>; id: string }> {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    bed.budget.faults.push('far');
    await bed.drive(run, 'zones', bed.context).catch(() => undefined);
    return { run, id };
  }

  it('that is gone is waited for until its lease ends; then what it sent is looked for', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const dead = await bed.sentBy('dead', id, 60_000);

    expect(await bed.step(run, 'zones', id)).toMatchObject({ next: 'later' });
    expect(await bed.intent(id)).toMatchObject({ state: 'sending', fence: dead.fence });
    expect(bed.remote.lists).toHaveLength(1);
  });

  it('that died after the API carried it out is made up for', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const dead = await bed.sentBy('dead', id, 0);
    bed.remote.add('/zones', { network_id: 1 }, { id: 700, name: 'Top' });

    await bed.drive(run, 'zones');

    await bed.expectMade(id, 0);
    // Its own answer comes at last, and changes nothing.
    expect(await bed.store.intents.created(id, dead.fence, '700', null)).toBeNull();
  });

  it('that finds the draft changed since it was planned does not send it', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const { store } = bed.context;
    const changes: unknown[] = [];
    // After the first look at it.
    const claim: typeof store.intents.claim = async (...asked) => {
      if (changes.length === 0) changes.push(await store.draftEdits.update('zones', id, { alias: 'new' }));
      return store.intents.claim(...asked);
    };
    const world = { ...bed.context, store: { ...store, intents: { ...store.intents, claim } } };

    await bed.drive(run, 'zones', world);

    expect(changes).toMatchObject([{ alias: 'new' }]);
    expect(bed.remote.posts).toHaveLength(0);
    expect(await bed.local('zones', id)).toMatchObject({ alias: 'new' });
  });

  it('has a change of its draft refused from when it has stored that it sends', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    await bed.sentBy('other', id, 60_000);

    expect(await bed.store.draftEdits.update('zones', id, { alias: 'new' })).toBe('being_exported');
    const draft = { kind: 'zones', _id: id } as const;
    expect(await bed.store.draftEdits.remove([draft])).toEqual(draft);
    expect(await bed.local('zones', id)).not.toHaveProperty('alias');
  });

  it('whose claim is overtaken before it sends does not send', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    let claims = 0;
    bed.budget.faults.push('late', 'late');
    bed.budget.beforeSlot = async () => {
      claims += 1;
      // As a process that was paused here for longer than its lease.
      if (claims === 1) await overtake(id);
    };

    expect(await bed.step(run, 'zones', id)).toMatchObject({ next: 'later' });
    expect(bed.remote.posts).toHaveLength(0);

    bed.budget.beforeSlot = () => undefined;
    await bed.drive(run, 'zones');
    await bed.expectMade(id, 1);
  });

  /** Ends the lease that holds an intent, as its time would. */
  async function overtake(id: string): Promise<void> {
    const held = await bed.intent(id);
    if (held === null) throw new Error('no intent');
    await bed.store.intents.ambiguous(id, held.fence);
    const [open] = await bed.store.intents.settled('zones', { network_id: 1 }, 0);
    if (open === undefined) throw new Error('not ambiguous');
    await bed.store.intents.writeOff(id, open.fence, 0);
    await bed.store.intents.claim(id, 'other', 0);
  }

  it('gives up a slot that it reached too late, and takes another', async () => {
    const id = await bed.addZone();
    bed.budget.faults.push('late', 'late');

    await bed.run(zones);

    await bed.expectMade(id, 1);
  });

  it('that has no slot near comes back, with nothing sent and nothing to settle', async () => {
    const { run, id } = await planned();

    await bed.drive(run, 'zones');

    await bed.expectMade(id, 1);
    expect(bed.remote.lists).toHaveLength(1);
  });

  it('leaves nothing to settle when the budget is out of reach between two slots', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    bed.budget.faults.push('late', 'away');

    await expect(bed.step(run, 'zones', id)).rejects.toThrow('Redis is away');

    expect(await bed.intent(id)).toMatchObject({ state: 'planned' });
  });

  it('is told to stop before it sends: the create is as planned', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const control = new AbortController();
    bed.budget.beforeSlot = () => control.abort();

    await expect(runTask(bed.context, run, (await bed.task(run, 'zones', id))._id, control.signal)).rejects.toThrow();

    expect(bed.remote.posts).toEqual([]);
    expect(await bed.intent(id)).toMatchObject({ state: 'planned' });
  });

  it('sends nothing of a draft that was deleted after the plan', async () => {
    const [id, other] = [await bed.addZone(), await bed.addZone('Side')];
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    await bed.store.locals.remove('zones', id);

    await bed.drive(run, 'zones');

    expect(bed.names()).toEqual(['Side']);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'skipped', error: { code: 'deleted' } });
    expect(await bed.task(run, 'zones', other)).toMatchObject({ state: 'completed' });
    expect((await bed.store.names.reserved('zones:1')).map(({ owner }) => owner)).toEqual([other]);
  });

  it('that two jobs run at once sends once', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');

    for (let round = 0; round < 20 && (await bed.local('zones', id)) !== null; round += 1) {
      await Promise.all([1, 2, 3].map(() => bed.step(run, 'zones', id)));
    }

    await bed.expectMade(id, 1);
    await bed.drive(run, 'zones');
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'completed' });
  });
});
