import { kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { finishRun } from '../finish-run.ts';
import { loseRequest, remoteError } from '../testing/memory-remote.ts';
import { atOnce, cancelRun, sweepAndFinish, sweepsOf, writtenOffZone } from '../testing/sweeping.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';
import { settleLeftOver } from './settle-left-over.ts';
import { sweepLeftOver } from './sweep-left-over.ts';

let bed: ZoneBed;
let hasty: SyncContext;
const { signal } = new AbortController();
beforeEach(async () => {
  bed = await openZoneBed();
  hasty = bed.within(atOnce);
});
afterEach(() => bed.close());

const comeLate = (id = 9000) => bed.remote.add('/zones', { network_id: 1 }, { id, name: 'Top' });
const ids = () => bed.remote.rows('/zones').map(({ id }) => id);

const cancel = (run: RunDocument) => cancelRun(hasty, run);
const writtenOff = () => writtenOffZone(bed, hasty);

/** A whole export of one zone that had to be sent twice. */
async function sentTwice(): Promise<{ run: RunDocument; id: string; own: number }> {
  const id = await bed.addZone();
  const run = await bed.begin(zones);
  bed.remote.faults.push(loseRequest);
  await bed.drive(run, 'zones', hasty);
  return { run, id, own: Number((await bed.intent(id))?.remote_id) };
}

describe('what comes late when its run is over', () => {
  it('is seen by a dry run, which leaves it open, and is the draft’s own in the export of its plan', async () => {
    const { id } = await writtenOff();
    comeLate();
    const before = await bed.intent(id);

    const plan = await bed.run({ ...zones, dry_run: true }, hasty);

    const { items } = await bed.store.plans.page({ run_id: plan._id }, 0, 10);
    expect(items.map(({ action, state }) => [action, state])).toEqual([
      ['look_up', 'planned'],
      ['names', 'planned'],
      ['create', 'open'],
    ]);
    expect(await bed.intent(id)).toEqual(before);
    await bed.run({ ...zones, from_plan: plan._id }, hasty);
    await bed.expectMade(id, 1);
  });

  it('is a stray of a draft that was linked to another meanwhile', async () => {
    const { id } = await writtenOff();
    bed.remote.add('/zones', { network_id: 1 }, { id: 8000, name: 'Top' });
    await bed.importKinds('zones');
    const linking = { kind: kinds.zones, localId: id, key: '8000', runId: null, keepLocal: false };
    expect(await bed.store.link(linking)).toMatchObject({ outcome: 'linked' });
    comeLate();

    expect(await sweepLeftOver(hasty, signal)).toBe('done');

    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '8000' });
    expect((await bed.store.locals.mapped('zones', [id])).get(id)).toMatchObject({ remote_id: '8000' });
    expect(ids()).toEqual([8000]);
  });

  it('of a create that was cancelled is adopted', async () => {
    const { id } = await writtenOff();
    comeLate();

    expect(await sweepLeftOver(hasty, signal)).toBe('done');

    await bed.expectMade(id, 1);
    expect(await bed.store.strays.due()).toEqual([]);
  });

  it('is removed where it is too much, and stands among the tasks of its run', async () => {
    const { run, own } = await sentTwice();
    await cancel(run);
    comeLate();

    await sweepLeftOver(hasty, signal);
    await sweepLeftOver(hasty, signal);

    expect(ids()).toEqual([own]);
    expect(bed.remote.lists.filter((list) => list.startsWith('/zones'))).toHaveLength(3);
    expect(await sweepsOf(bed, run)).toMatchObject([
      { state: 'completed', subject: '1-9000', counted: false, result: { removed: ['9000'] } },
    ]);
  });

  it('is among its errors where it cannot be removed', async () => {
    const { run } = await sentTwice();
    await cancel(run);
    comeLate();

    await sweepLeftOver(bed.within({ ...atOnce, readOnly: true }), signal);

    expect(await sweepsOf(bed, run)).toMatchObject([{ state: 'failed', error: { code: 'late_duplicate' } }]);
  });

  it('of a process that was overtaken is found when the run’s own sweep has looked', async () => {
    const { run, id, own } = await sentTwice();
    expect(await sweepAndFinish(bed, run, hasty)).toMatchObject([{ state: 'completed', result: { removed: [] } }]);
    comeLate();
    await bed.store.strays.note(id, { key: '9000', name: 'Top', run_id: run._id, is_certain: true });

    await sweepLeftOver(hasty, signal);

    expect(ids()).toEqual([own]);
    expect(await sweepsOf(bed, run)).toMatchObject([
      { subject: '1', result: { removed: [] } },
      { subject: '1-9000', result: { removed: ['9000'] } },
    ]);
  });

  it('makes a run that had succeeded partial where it cannot be removed, and its SyncLog says so', async () => {
    const { run, id } = await sentTwice();
    await sweepAndFinish(bed, run, hasty);
    const [before] = (await bed.store.logs.list({ run_id: run._id }, 0, 10)).items;
    expect(before).toMatchObject({ success: true, errors: 0 });
    comeLate();
    await bed.store.strays.note(id, { key: '9000', name: 'Top', run_id: run._id, is_certain: true });

    await sweepLeftOver(bed.within({ ...atOnce, readOnly: true }), signal);
    await sweepLeftOver(bed.within({ ...atOnce, readOnly: true }), signal);

    expect(await bed.store.runs.get(run._id)).toMatchObject({ status: 'partial' });
    const [after] = (await bed.store.logs.list({ run_id: run._id }, 0, 10)).items;
    expect(after).toMatchObject({ success: false, errors: 1, duration: before?.duration });
  });

  it('leaves a run that has succeeded so where it is removed', async () => {
    const { run, id } = await sentTwice();
    await sweepAndFinish(bed, run, hasty);
    comeLate();
    await bed.store.strays.note(id, { key: '9000', name: 'Top', run_id: run._id, is_certain: true });

    await sweepLeftOver(hasty, signal);

    expect(await bed.store.runs.get(run._id)).toMatchObject({ status: 'succeeded' });
  });

  it('is not said twice where the run has said it and died before it had forgotten it', async () => {
    const { run } = await sentTwice();
    comeLate();
    const dying: SyncContext = {
      ...hasty,
      reach: (point) => {
        if (point === 'after_sweep_report') throw new Error('killed');
      },
    };
    await expect(sweepAndFinish(bed, run, dying)).rejects.toThrow('killed');
    await finishRun(hasty, run._id);

    await sweepLeftOver(hasty, signal);

    expect(await sweepsOf(bed, run)).toMatchObject([{ subject: '1', result: { removed: ['9000'] } }]);
    expect(await bed.store.strays.due()).toEqual([]);
  });

  it('is left to the run while that is open', async () => {
    await sentTwice();
    bed.remote.lists.length = 0;

    await sweepLeftOver(hasty, signal);

    expect(bed.remote.lists).toEqual([]);
  });

  it('is waited for where the API cannot be asked, and for long where the list is broken', async () => {
    const { id } = await writtenOff();
    let failure = remoteError('network');
    bed.remote.beforeList = () => {
      throw failure;
    };

    expect(await sweepLeftOver(hasty, signal)).toBe('unreachable');
    failure = remoteError('authentication');
    expect(await sweepLeftOver(hasty, signal)).toBe('refused');
    failure = remoteError('contract');
    expect(await sweepLeftOver(hasty, signal)).toBe('done');

    expect(await bed.store.strays.due()).toEqual([]);
    expect((await bed.store.strays.waiting()).map(({ _id }) => _id)).toEqual([id]);
  });

  it('is not waited for where the parent is gone, with all that hung on it', async () => {
    await writtenOff();
    bed.remote.beforeList = () => {
      throw remoteError('dependency', { code: 'not_found' });
    };

    expect(await sweepLeftOver(hasty, signal)).toBe('done');

    expect(await bed.store.strays.waiting()).toEqual([]);
  });
});

describe('a look that comes long after it was due', () => {
  const whenItIsLate = (): SyncContext => bed.within({ timeoutMs: 0, settleMs: -400_000 });

  it('reports what it finds by its name alone: somebody else may have made that', async () => {
    const { run } = await sentTwice();
    await cancel(run);
    comeLate();

    await sweepLeftOver(whenItIsLate(), signal);

    expect(bed.remote.changes).toEqual([]);
    expect(await sweepsOf(bed, run)).toMatchObject([
      { state: 'failed', error: { message: expect.stringContaining('somebody else may have made it') } },
    ]);
  });
});

describe('the next export', () => {
  it('adopts what came late instead of making it under another name', async () => {
    const { id } = await writtenOff();
    comeLate();

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 1);
    expect(ids()).toEqual([9000]);
  });

  it('makes it under another name where the draft is another by now', async () => {
    const { id } = await writtenOff();
    comeLate();
    await bed.store.locals.update('zones', id, { alias: 'new' });

    await bed.run(zones);

    expect(bed.names()).toEqual(['Top', 'Top (1)']);
  });

  it('makes it under another name where the account was looked at since, and had nothing', async () => {
    await writtenOff();
    await sweepLeftOver(hasty, signal);
    comeLate();

    await bed.run(zones);

    expect(bed.names()).toEqual(['Top', 'Top (1)']);
  });

  it('looks for a placement again before it sends it again', async () => {
    bed.remote.add('/advertisers', { network_id: 1 }, { id: 2, name: 'Adv' });
    bed.remote.add('/zones', { network_id: 1 }, { id: 3, name: 'There' });
    bed.remote.add('/advertisements', { advertiser_id: 2 }, { id: 4, name: 'Ad', advertiser: 'Adv' });
    bed.remote.add('/campaigns', { advertiser_id: 2 }, { id: 5, name: 'Camp' });
    await bed.importKinds('placements');
    const placements = { kinds: ['placements' as const] };
    const id = await bed.add('placements', { campaign_id: 5, advertisement_id: 4, zone_id: 3 });
    const run = await bed.begin(placements);
    await bed.plan(run, 'placements');
    bed.remote.faults.push(loseRequest);
    await bed.step(run, 'placements', id, bed.within({ settleMs: 3_600_000 }));
    await cancel(run);
    await settleLeftOver(hasty, signal);
    bed.remote.add('/placements', { campaign_id: 5 }, { advertisement_id: 4, zone_id: 3 });

    expect((await bed.run(placements)).status).toBe('succeeded');

    expect(bed.remote.posts).toHaveLength(1);
    expect(await bed.production('placements')).toHaveLength(1);
    expect(await bed.local('placements', id)).toBeNull();
  });
});
