import type { TaskDocument } from '@broadstreet-sync/store';
import { eventually, spawnApp } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import { allKinds, emptyRedis, engineOfEach } from './engine.ts';
import { addLocalAccount, countEverywhere } from './local-account.ts';

const engine = engineOfEach();

const exportAll = { operation: 'export' as const, kinds: [...allKinds] };

const slow = { BROADSTREET_TIMEOUT_MS: '1000', BROADSTREET_SETTLE_MS: '3000', LOG_LEVEL: 'warn' };

/** Resolves when all is done but the look for what comes late. */
async function sweeping(runId: string): Promise<void> {
  await eventually(async () => (await sweepsOf(runId)).some(({ state }) => state === 'waiting'));
}

async function sweepsOf(runId: string): Promise<TaskDocument[]> {
  return (await engine().store.tasks.list({ run_id: runId, action: 'sweep' }, 0, 100)).items;
}

async function posts(): Promise<number> {
  return (await engine().bed.remote.journal()).filter(({ method }) => method === 'POST').length;
}

describe('creates that the server carries out when the client has gone', () => {
  it('up to 0.9 settle times late are all found by the look: none is sent twice', async () => {
    const settings = { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '4000', LOG_LEVEL: 'warn' };
    await engine().bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine().bed.env, ...settings });
    await engine().run();
    const count = await addLocalAccount(engine(), 8);
    const fault = { type: 'commit_late', after_ms: 0, until_ms: 3600 };
    await engine().bed.remote.addFault({ method: 'POST', probability: 0.3, fault });

    const run = await engine().run(exportAll);

    expect(run).toMatchObject({ status: 'succeeded' });
    expect((await engine().bed.remote.duplicates()).created).toBe(0);
    expect(await countEverywhere(engine())).toEqual({ remote: count + 1, local: 0, production: count + 1 });
    expect(await posts()).toBe(count);
    const journal = await engine().bed.remote.journal();
    expect(journal.filter(({ committed, answered }) => committed && !answered)).not.toEqual([]);
    expect(await sweepsOf(run._id)).toEqual([]);
  });

  it('2 settle times late are all found by the sweep: removed where the API can, reported where not', async () => {
    await engine().bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine().bed.env, ...slow });
    await engine().run();
    const count = await addLocalAccount(engine(), 2);
    const late = { method: 'POST', count: 1, fault: { type: 'commit_late', after_ms: 6000 } } as const;
    const removable = ['/advertisers', '/zones', '/campaigns'];
    for (const route of [...removable, '/advertisements', '/placements']) {
      await engine().bed.remote.addFault({ ...late, route });
    }

    const run = await engine().trigger(exportAll);
    await sweeping(run._id);
    // What a person deletes of Redis meanwhile is made anew.
    await emptyRedis(engine());
    const done = (await engine().store.tasks.progress([run._id])).get(run._id);
    for (const { completed, total } of done?.values() ?? []) expect(completed).toBe(total);

    expect(await engine().ended(run._id)).toMatchObject({ status: 'partial' });
    expect(await posts()).toBe(count + 5);
    const journal = await engine().bed.remote.journal();
    const deleted = journal.filter(({ method, committed }) => method === 'DELETE' && committed);
    expect(deleted.map(({ path }) => path.replace(/\d+$/, 'ID')).toSorted()).toEqual(
      removable.map((route) => `${route}/ID`).toSorted(),
    );
    const sweeps = await sweepsOf(run._id);
    const removed = sweeps.flatMap(({ result }) => result?.removed ?? []);
    expect(removed.map(Number).toSorted()).toEqual(deleted.map(({ id }) => id).toSorted());
    const failed = sweeps.filter(({ state }) => state === 'failed');
    expect(failed.map(({ kind }) => kind).toSorted()).toEqual(['advertisements', 'placements']);
    for (const { error } of failed) expect(error).toMatchObject({ code: 'late_duplicate', category: 'conflict' });
    expect((await engine().bed.remote.duplicates()).created).toBe(2);
    expect(await countEverywhere(engine())).toMatchObject({ local: 0, production: count + 1 });
  });

  it('are found by the workers where the run is cancelled while it waits for them', async () => {
    await engine().bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine().bed.env, ...slow });
    await engine().run();
    const network_id = Number((await engine().bed.remote.state()).networks[0]?.id);
    await engine().store.locals.create('zones', { name: 'Top', network_id });
    await engine().bed.remote.addFault({ method: 'POST', count: 1, fault: { type: 'commit_late', after_ms: 6000 } });
    const run = await engine().trigger({ operation: 'export', kinds: ['zones'] });
    await sweeping(run._id);

    await engine().store.runs.requestStop(run._id, 'cancelled', null);
    await engine().queues.cancelRun(run);

    expect(await engine().ended(run._id)).toMatchObject({ status: 'cancelled', changes: { zones: { inserted: 1 } } });
    const isRemoved = async () => (await sweepsOf(run._id)).find(({ result }) => result?.removed?.length === 1);
    expect(await eventually(isRemoved)).toMatchObject({ state: 'completed', counted: false });
    expect((await engine().bed.remote.state()).zones).toHaveLength(1);
    expect((await engine().bed.remote.duplicates()).created).toBe(0);
  });
});
