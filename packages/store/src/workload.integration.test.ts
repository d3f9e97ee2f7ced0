import { kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskId } from './tasks.ts';
import { openStoreBed, plannedTask, runRequest, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

const counts = { requests: 2, retries: 1, rate_limited: 0, waited_ms: 0 };
const none = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };

describe('the work of a run', () => {
  it('is what costs a request: done, and still to do', async () => {
    const { store } = bed;
    const { run } = await store.runs.trigger(runRequest({ operation: 'import' }), false);
    const task = (subject: string) => plannedTask(run._id, { kind: 'zones', subject });
    await store.tasks.plan(['1', '2', '3', '4'].map(task));
    await store.tasks.end(taskId(task('1')), null, { state: 'completed', result: { rows: 30 } }, counts);
    await store.tasks.end(taskId(task('2')), null, { state: 'failed' }, counts);
    await store.tasks.end(taskId(task('3')), null, { state: 'blocked' }, none);

    const work = (await store.workload.ofRuns([run._id, 'other'])).get(run._id);

    expect(work?.kinds.get('zones')).toEqual({ tasks: 3, open: 1, lists: 1, rows: 30 });
    expect(work?.recent).toBe(4);
  });

  it('counts what ended within the last minute as recent', async () => {
    const { store } = bed;
    const task = plannedTask('old', { kind: 'zones', subject: '1' });
    await store.tasks.plan([task]);
    await store.tasks.end(taskId(task), null, { state: 'completed' }, counts);
    await bed.collections.tasks.updateOne({ _id: taskId(task) }, { $set: { ended_at: new Date(Date.now() - 61_000) } });

    expect((await store.workload.ofRuns(['old'])).get('old')?.recent).toBe(0);
  });
});

describe('drafts', () => {
  it('are counted with the remote parents within which they need a name', async () => {
    const { store } = bed;
    const parents = [1, 1, 2, 'a'.repeat(24)];
    for (const network_id of parents) await store.locals.create('zones', { name: 'x', network_id });
    await store.locals.create('networks', { name: 'n' });
    await store.locals.create('placements', { campaign_id: 1 });

    expect(await store.workload.drafts(kinds.zones)).toEqual({ drafts: 4, parents: 2 });
    expect(await store.workload.drafts(kinds.networks)).toEqual({ drafts: 1, parents: 1 });
    expect(await store.workload.drafts(kinds.placements)).toEqual({ drafts: 1, parents: 0 });
    expect(await store.workload.drafts(kinds.campaigns)).toEqual({ drafts: 0, parents: 0 });
    expect(await store.workload.entities('zones')).toBe(0);
  });
});
