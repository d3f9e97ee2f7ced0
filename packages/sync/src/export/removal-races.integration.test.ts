import { kinds as all, type KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wantGone } from '../testing/deletions.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';
import { planRemovals } from './plan-removals.ts';

let bed: SyncBed;

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  await bed.importKinds('networks', 'zones');
});
afterEach(() => bed.close());

interface Undoing {
  readonly run: RunDocument;
  readonly taskId: string;
  readonly localId: string;
  readonly key: string;
}

/** An export of one zone, and its undo, which is about to remove it. */
async function beginUndo(): Promise<Undoing> {
  const localId = await bed.add('zones', { name: 'New', network_id: 1 });
  const made = await bed.run({ kinds: ['zones'] });
  const key = (await bed.store.locals.mapped('zones', [localId])).get(localId)?.remote_id ?? '';
  const kinds: KindName[] = ['zones'];
  const run = await bed.begin({ kinds, undo: { run_id: made._id, force: false } });
  await planRemovals(bed.context, run, all.zones);
  return { run, taskId: `${run._id}-zones-remove-${key}`, localId, key };
}

describe('a removal that two are at', () => {
  it('gives the draft back, although one that was overtaken wakes late and takes its own mark back', async () => {
    const { run, taskId, localId, key } = await beginUndo();
    const isWaiting = Promise.withResolvers<void>();
    const mayWake = Promise.withResolvers<void>();
    bed.budget.faults.push('late');
    bed.budget.beforeSlot = () => {
      bed.budget.beforeSlot = () => undefined;
      isWaiting.resolve();
      return mayWake.promise;
    };
    const overtaken = bed.work(run, taskId);
    await isWaiting.promise;
    bed.remote.faults.push(async (carry) => {
      mayWake.resolve();
      await overtaken;
      return carry();
    });

    await bed.work(run, taskId);

    expect(await bed.store.production.get('zones', key)).toBeNull();
    expect(await bed.local('zones', localId)).toMatchObject({ name: 'New', network_id: 1 });
  });
});

describe('a removal that was killed before its request left', () => {
  /** Does what is to be removed, by a process that dies when the request is about to leave. */
  async function dieBeforeWrite(run: RunDocument): Promise<void> {
    const reach = (point: string): void => {
      if (point === 'before_write') throw new Error('killed');
    };
    await expect(bed.removals(run, { ...bed.context, reach })).rejects.toThrow('killed');
    expect(bed.remote.changes).toEqual([]);
  }

  async function syncOf(key: string) {
    const found = await bed.store.production.get('zones', key);
    if (found === null) throw new Error(`no zone ${key}`);
    return found.sync;
  }

  async function beginDeletion(): Promise<RunDocument> {
    bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: null });
    await bed.importKinds('zones');
    await wantGone(bed, 'zones', '7');
    const run = await bed.begin({ kinds: ['zones'] });
    await dieBeforeWrite(run);
    bed.remote.add('/campaigns', { zone_id: 7 }, { id: 5, name: 'Other' });
    return run;
  }

  it('and is refused then may be kept again: the account has the entity still', async () => {
    const run = await beginDeletion();

    await bed.removals(run);

    expect(await bed.store.tasks.get(`${run._id}-zones-remove-7`)).toMatchObject({ state: 'blocked' });
    expect((await syncOf('7')).deletion).toMatchObject({ sent_at: null });
    expect(await bed.store.deletions.withdraw([{ kind: 'zones', key: '7' }])).toBe(1);
  });

  it('is not refused before a request that did leave would be decided', async () => {
    const run = await beginDeletion();

    await bed.removals(run, bed.within({ settleMs: 60_000 }));

    expect(await bed.store.tasks.get(`${run._id}-zones-remove-7`)).toMatchObject({ ended_at: null });
    expect((await syncOf('7')).deletion?.sent_at).toBeInstanceOf(Date);
  });

  it('for an undo leaves no trace where the entity has changed since', async () => {
    const { run, taskId, key } = await beginUndo();
    await dieBeforeWrite(run);
    Object.assign(bed.remote.rows('/zones').at(-1) ?? {}, { alias: 'theirs' });

    await bed.removals(run);

    expect(await bed.store.tasks.get(taskId)).toMatchObject({ state: 'failed', error: { code: 'changed' } });
    expect((await syncOf(key)).deletion).toBeUndefined();
  });

  it('for an undo that was cancelled is not sent by another export, which takes the mark back', async () => {
    const { run, key } = await beginUndo();
    await dieBeforeWrite(run);
    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await bed.finish(run);

    const plan = await bed.run({ kinds: ['zones'], dry_run: true });
    const next = await bed.run({ kinds: ['zones'] });

    expect(plan.planned?.counts.filter(({ action }) => action === 'remove')).toEqual([]);
    expect(bed.remote.changes).toEqual([]);
    expect(await bed.store.tasks.get(`${next._id}-zones-remove-${key}`)).toMatchObject({ state: 'skipped' });
    expect((await syncOf(key)).deletion).toBeUndefined();
  });
});
