import { kinds as all, type KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
