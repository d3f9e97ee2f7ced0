import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
});
afterEach(() => bed.close());

/** Does something once, when a list has been read and before it is answered. */
function onceRead(asked: string, work: () => Promise<unknown>): void {
  bed.remote.afterList = async (list) => {
    if (list !== asked) return;
    bed.remote.afterList = () => undefined;
    await work();
  };
}

describe('an export at the same time', () => {
  const exportZones = { kinds: ['zones' as const] };

  it('keeps what it made after the list was read: the list cannot know of it', async () => {
    await bed.importKinds('zones');
    const id = await bed.add('zones', { name: 'Made meanwhile', network_id: 1 });
    onceRead('/zones?network_id=1', () => bed.run(exportZones));

    const run = await bed.importKinds('zones');

    expect(run.changes.zones?.removed).toBe(0);
    expect(await bed.production('zones')).toMatchObject([
      { name: 'Made meanwhile', created_locally: true, sync: { original_local_id: id } },
    ]);
  });

  it('keeps what it made between the comparison and the publication', async () => {
    await bed.importKinds('zones');
    const id = await bed.add('zones', { name: 'Made meanwhile', network_id: 1 });
    const run = await bed.begin({ operation: 'import', kinds: ['zones'] });
    await bed.drive(run, 'networks');
    await bed.drive(run, 'zones');

    await bed.run(exportZones);
    await finishRun(bed.context, run._id);

    expect(await bed.production('zones')).toMatchObject([{ name: 'Made meanwhile', created_locally: true }]);
    expect(await bed.local('zones', id)).toBeNull();
  });

  it('that has sent and not yet promoted ends as one entity, with flags and id map', async () => {
    await bed.importKinds('networks');
    const id = await bed.add('zones', { name: 'Made here', network_id: 1 });
    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');
    const { store } = bed;
    // Dies with the answer in hand: the entity is remote, and still local here.
    const dying = { ...bed.context, store: { ...store, promote: () => Promise.reject(new Error('killed')) } };
    await expect(bed.step(run, 'zones', id, dying)).rejects.toThrow('killed');
    await bed.importKinds('zones');
    expect(await bed.production('zones')).toMatchObject([{ created_locally: false }]);

    await bed.drive(run, 'zones');

    const [made, ...others] = await bed.production('zones');
    expect(others).toEqual([]);
    expect(made).toMatchObject({ created_locally: true, synced_with_api: true, sync: { original_local_id: id } });
    expect((await store.locals.mapped('zones', [id])).get(id)?.remote_id).toBe(made?._id);
    expect(await bed.local('zones', id)).toBeNull();
    const again = await bed.importKinds('zones');
    expect(again.changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 1 });
  });

  it('and an import after it find nothing that differs', async () => {
    await bed.importKinds('networks');
    await bed.add('zones', { name: ' Top ', alias: 'top', network_id: 1 });
    await bed.run(exportZones);
    const before = await bed.production('zones');

    const run = await bed.importKinds('zones');

    expect(run.changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 1 });
    expect(await bed.production('zones')).toEqual(before);
  });
});
