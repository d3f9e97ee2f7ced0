import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { loseAnswer, loseRequest, remoteError } from '../testing/memory-remote.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';
import { settleLeftOver } from './settle-left-over.ts';

let bed: ZoneBed;
const { signal } = new AbortController();
beforeEach(async () => {
  bed = await openZoneBed();
});
afterEach(() => bed.close());

const settle = (context = bed.context) => settleLeftOver(context, signal);

async function cancel(run: RunDocument): Promise<void> {
  await bed.store.runs.requestStop(run._id, 'cancelled', null);
  await finishRun(bed.context, run._id);
}

/** Zones that were sent, and whose run was cancelled before anybody could look what became of them. */
async function cancelledAfter(faults: typeof bed.remote.faults): Promise<{ run: RunDocument; ids: string[] }> {
  const ids: string[] = [];
  for (const at of faults.keys()) ids.push(await bed.addZone(`Zone ${at}`));
  const run = await bed.begin(zones);
  await bed.plan(run, 'zones');
  bed.remote.faults.push(...faults);
  const patient = bed.within({ settleMs: 3_600_000 });
  for (const id of ids) await bed.step(run, 'zones', id, patient);
  await cancel(run);
  bed.remote.lists.length = 0;
  return { run, ids };
}

describe('what a cancelled run has left open', () => {
  it('is looked up by one list, and is promoted where it was carried out, planned anew where not', async () => {
    const { run, ids } = await cancelledAfter([loseAnswer, loseRequest, loseAnswer]);
    expect((await bed.store.names.reserved('zones:1')).map(({ owner }) => owner)).toEqual(ids);

    expect(await settle()).toBe('done');

    const [first, second, third] = ids;
    const states = await Promise.all(ids.map(async (id) => (await bed.intent(id))?.state));
    expect(states).toEqual(['promoted', 'planned', 'promoted']);
    expect(bed.remote.lists).toEqual(['/zones?network_id=1']);
    expect(bed.remote.posts).toHaveLength(3);
    expect((await bed.production('zones')).map(({ name }) => name)).toEqual(['Zone 0', 'Zone 2']);
    expect(await bed.local('zones', second ?? '')).not.toBeNull();
    const mapped = await bed.store.locals.mapped('zones', [first ?? '', third ?? '']);
    expect([...mapped.values()].map(({ run_id }) => run_id)).toEqual([run._id, run._id]);
    expect(await bed.store.names.reserved('zones:1')).toEqual([]);
    const toUndo = await bed.store.undo.made(run._id, 'zones');
    expect(toUndo.map(({ localId }) => localId)).toEqual([first, third]);

    expect((await bed.run(zones)).status).toBe('succeeded');
    expect(bed.names()).toEqual(['Zone 0', 'Zone 2', 'Zone 1']);
  });

  it('is not looked up before it is surely decided, nor while its sender may be at work', async () => {
    await cancelledAfter([loseAnswer]);

    await settle(bed.within({ settleMs: 3_600_000 }));
    expect(bed.remote.lists).toEqual([]);

    const id = await bed.addZone('Held');
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const held = await bed.sentBy('a sender', id, 60_000);
    await cancel(run);
    await settle();
    expect(await bed.intent(id)).toMatchObject({ state: 'sending', fence: held.fence });
  });

  it('by a sender that died is settled once its lease is over', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    await bed.sentBy('dead', id, 0);
    bed.remote.add('/zones', { network_id: 1 }, { id: 700, name: 'Top' });
    await cancel(run);

    await settle();

    await bed.expectMade(id, 0);
  });

  it('is left to a run that will plan its kind, or has a task for it', async () => {
    const { ids } = await cancelledAfter([loseAnswer]);
    const run = await bed.begin(zones);
    await settle();
    expect(bed.remote.lists).toEqual([]);

    await bed.plan(run, 'zones');
    await settle();
    expect(bed.remote.lists).toEqual([]);

    await bed.drive(run, 'zones');
    await bed.expectMade(ids[0] ?? '', 1);
    expect(await bed.task(run, 'zones', ids[0] ?? '')).toMatchObject({ state: 'completed' });
  });

  it('is settled beside a run that has nothing to do with it', async () => {
    const { ids } = await cancelledAfter([loseAnswer]);
    const other = await bed.addZone('Other');
    const run = await bed.begin({ ...zones, only: { zones: [other] } });
    await bed.plan(run, 'zones');

    await settle();

    expect((await bed.intent(ids[0] ?? ''))?.state).toBe('promoted');
    await bed.drive(run, 'zones');
    expect(bed.names()).toEqual(['Zone 0', 'Other']);
  });

  it('waits while the API cannot be asked, or refuses the token', async () => {
    const { ids } = await cancelledAfter([loseAnswer]);
    let failure = remoteError('network');
    bed.remote.beforeList = () => {
      throw failure;
    };

    expect(await settle()).toBe('unreachable');
    failure = remoteError('authentication');
    expect(await settle()).toBe('refused');
    expect(await bed.intent(ids[0] ?? '')).toMatchObject({ state: 'ambiguous' });

    bed.remote.beforeList = () => undefined;
    expect(await settle()).toBe('done');
    await bed.expectMade(ids[0] ?? '', 1);
  });

  it('is parked where its parent is gone, and says so on the entity', async () => {
    const { run, ids } = await cancelledAfter([loseAnswer]);
    bed.remote.beforeList = () => {
      throw remoteError('dependency', { code: 'not_found' });
    };

    expect(await settle()).toBe('done');
    await settle();

    expect(bed.remote.lists).toHaveLength(1);
    expect(await bed.intent(ids[0] ?? '')).toMatchObject({ state: 'parked', parked_from: 'ambiguous' });
    expect((await bed.local('zones', ids[0] ?? ''))?.sync_errors).toMatchObject([
      { category: 'internal', message: expect.stringContaining('it was cancelled') },
      { category: 'dependency', run_id: run._id, message: expect.stringContaining('nobody knows what became of it') },
    ]);
  });

  it('in a network that is not among those to sync is let be', async () => {
    await cancelledAfter([loseAnswer]);

    await settle(bed.within({ networks: [2] }));

    expect(bed.remote.lists).toEqual([]);
  });

  it('is settled also where nothing may be written, since nothing is', async () => {
    const { ids } = await cancelledAfter([loseAnswer]);

    await settle(bed.within({ readOnly: true }));

    await bed.expectMade(ids[0] ?? '', 1);
  });
});
