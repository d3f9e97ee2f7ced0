import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { loseTask } from '../lose-task.ts';
import { runTask } from '../run-task.ts';
import { loseAnswer } from '../testing/memory-remote.ts';
import { Killed } from '../testing/mortal.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';

let bed: ZoneBed;
beforeEach(async () => {
  bed = await openZoneBed();
});
afterEach(() => bed.close());

let processes = 0;

/** Another process, which dies of the task: nothing that it does after that takes effect. */
function doomed(at: Parameters<SyncContext['reach']>[0]): SyncContext {
  processes += 1;
  let isDead = false;
  const dead = () => {
    throw new Killed();
  };
  const tasks = new Proxy(bed.store.tasks, {
    get: (target, name, it) => (isDead ? dead : Reflect.get(target, name, it)),
  });
  return {
    ...bed.context,
    store: { ...bed.store, tasks },
    owner: `process ${processes}`,
    reach: (point) => {
      if (point !== at) return;
      isDead = true;
      throw new Killed();
    },
  };
}

describe('a create that brings its process down', () => {
  it('five times is parked before it is sent, says so, and is taken up by the next run', async () => {
    const [id, other] = [await bed.addZone(), await bed.addZone('Side')];
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    for (let start = 1; start <= 5; start += 1) {
      await expect(bed.step(run, 'zones', id, doomed('after_intent'))).rejects.toThrow(Killed);
    }

    await bed.drive(run, 'zones');

    expect(bed.names()).toEqual(['Side']);
    expect(await bed.task(run, 'zones', other)).toMatchObject({ state: 'completed' });
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed', error: { code: 'parked' } });
    expect(await bed.intent(id)).toMatchObject({ state: 'parked', parked_from: 'planned', error: { code: 'parked' } });
    expect((await bed.local('zones', id))?.sync_errors).toMatchObject([
      { category: 'internal', run_id: run._id, message: expect.stringContaining('5 times') },
    ]);
    expect((await bed.store.names.reserved('zones:1')).map(({ owner }) => owner)).toEqual([other]);

    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await bed.store.runs.finish(run._id, 'cancelled', {}, null);
    expect((await bed.run(zones)).status).toBe('succeeded');
    expect(bed.names()).toEqual(['Side', 'Top']);
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', error: null });
  });

  it('is not one of a process that lives, however often it fails', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    bed.budget.faults.push(...Array.from({ length: 9 }, () => 'away' as const));
    for (let start = 1; start <= 9; start += 1) await expect(bed.step(run, 'zones', id)).rejects.toThrow('away');

    await bed.drive(run, 'zones');

    await bed.expectMade(id, 1);
  });

  it('is not one of a process that is told to stop', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const stopping = AbortSignal.abort();
    for (let start = 1; start <= 9; start += 1) {
      const { _id } = await bed.task(run, 'zones', id);
      const mortal = { ...bed.context, owner: `process ${start}` };
      await expect(runTask(mortal, run, _id, stopping)).rejects.toThrow();
    }

    await bed.drive(run, 'zones');

    await bed.expectMade(id, 1);
  });
});

describe('a create whose job is lost', () => {
  it('is parked where it stands, and promoted by the next run without another request', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    const task = await bed.task(run, 'zones', id);
    await expect(bed.step(run, 'zones', id, doomed('after_created'))).rejects.toThrow(Killed);

    await loseTask(bed.context, task._id, new Error('no promotion'));

    expect(await bed.intent(id)).toMatchObject({ state: 'parked', parked_from: 'created' });
    expect(await bed.local('zones', id)).toMatchObject({ sync_errors: [{ message: 'no promotion' }] });
    await bed.store.runs.finish(run._id, 'failed', {}, null);
    await bed.run(zones);
    await bed.expectMade(id, 1);
  });

  it('keeps its name from others while nobody knows what became of it', async () => {
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    bed.remote.faults.push(loseAnswer);
    await bed.step(run, 'zones', id, bed.within({ settleMs: 3_600_000 }));
    await loseTask(bed.context, (await bed.task(run, 'zones', id))._id, new Error('lost'));
    const twin = await bed.addZone();
    const [name_key, state] = [(await bed.intent(id))?.name_key ?? null, (await bed.intent(id))?.state];

    expect(state).toBe('parked');
    await bed.store.intents.plan([
      {
        local_id: twin,
        kind: 'zones',
        run_id: run._id,
        name_key,
        parents: { network_id: 1 },
        ancestors: { network_id: 1 },
        name: 'Top',
        sent_name: 'Top',
        content: '',
        payload: { name: 'Top' },
        before_ids: [],
      },
    ]);
    expect(await bed.store.intents.claim(twin, 'b', 1000)).toBe('twin');
    expect((await bed.store.intents.twinOf({ _id: twin, name_key }))?._id).toBe(id);
  });
});
