import { conflictPolicies } from '@broadstreet-sync/domain';
import type { RunDocument, UpdateSettlement } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, meanwhile, remoteError, type WriteFault } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const exportZones = { kinds: ['zones' as const] };

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: ' Top ', alias: null, self_serve: false });
  await bed.importKinds('zones');
});
afterEach(() => bed.close());

function zoneRow() {
  return bed.remote.rows('/zones').find((row) => row.id === 7);
}

async function zoneDocument() {
  const found = await bed.store.production.get('zones', '7');
  if (found === null) throw new Error('no zone 7');
  return found;
}

async function taskOf(run: RunDocument) {
  return bed.store.tasks.of({ run_id: run._id, kind: 'zones', action: 'update', subject: '7' });
}

describe('an edit', () => {
  it('taken back while the update is under way is taken back in the account by the next export', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(meanwhile(() => bed.edit('zones', '7', { alias: null })));

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: ['alias'], base: { alias: 'top' } } });
    await bed.run(exportZones);
    expect(zoneRow()).toMatchObject({ alias: null });
    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: [], base: {} } });
  });

  it('taken back while the update is under way stays taken back, whatever an import publishes meanwhile', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(
      meanwhile(async () => {
        await bed.edit('zones', '7', { alias: null });
        await bed.importKinds('zones');
      }),
    );

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: ['alias'], base: { alias: 'top' } } });
  });

  it('taken back when it was found to be there already is sent by the next export', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    Object.assign(zoneRow() ?? {}, { alias: 'top' });
    const run = await bed.begin(exportZones);
    const store = {
      ...bed.store,
      async settleUpdate(settlement: UpdateSettlement) {
        await bed.edit('zones', '7', { alias: null });
        return bed.store.settleUpdate(settlement);
      },
    };

    await bed.drive(run, 'zones', { ...bed.context, store });

    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: ['alias'], base: { alias: 'top' } } });
    await bed.finish(run);
    await bed.run(exportZones);
    expect(zoneRow()).toMatchObject({ alias: null });
  });

  it('taken back between the look and the request is not sent', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');
    const budget = {
      ...bed.budget,
      async reserve(...asked: Parameters<typeof bed.budget.reserve>) {
        await bed.edit('zones', '7', { alias: null });
        return bed.budget.reserve(...asked);
      },
    };

    await bed.drive(run, 'zones', { ...bed.context, budget });

    expect(bed.remote.changes).toEqual([]);
    expect(await taskOf(run)).toMatchObject({ state: 'skipped' });
  });
});

describe('an update', () => {
  it('by a process that died after it is known again: what was taken back since is taken back in the account', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');
    const store = { ...bed.store, settleUpdate: () => Promise.reject(new Error('killed')) };
    await expect(bed.drive(run, 'zones', { ...bed.context, store })).rejects.toThrow('killed');
    expect(zoneRow()).toMatchObject({ alias: 'top' });
    await bed.edit('zones', '7', { alias: null });

    await bed.drive(run, 'zones');

    expect(zoneRow()).toMatchObject({ alias: null });
    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: [], base: {} } });
    expect((await zoneDocument()).sync.sent).toBeUndefined();
  });

  it.each(conflictPolicies)('is no conflict with an edit made since, by any policy: %s', async (conflicts) => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(async (carry) => {
      carry();
      await bed.edit('zones', '7', { alias: 'newer' });
      throw remoteError('network', { outcome: 'unknown', code: 'connection_lost' });
    });

    const run = await bed.run({ ...exportZones, conflicts });

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { conflicts: 0 } } });
    expect(zoneRow()).toMatchObject({ alias: 'newer' });
    expect(await zoneDocument()).toMatchObject({ alias: 'newer', sync: { edited: [], base: {} } });
  });

  it('lost twice, with another value each, is no conflict with the third', async () => {
    await bed.edit('zones', '7', { alias: 'first' });
    const loseBefore = (alias: string): WriteFault => {
      return async (carry) => {
        if (alias === 'second') carry();
        await bed.edit('zones', '7', { alias });
        throw remoteError('network', { outcome: 'unknown', code: 'connection_lost' });
      };
    };
    bed.remote.faults.push(loseBefore('second'), loseBefore('third'));

    const run = await bed.run(exportZones);

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { conflicts: 0 } } });
    expect(zoneRow()).toMatchObject({ alias: 'third' });
  });

  it('is no conflict with what an import publishes before its end', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(async (carry) => {
      const answer = carry();
      await bed.edit('zones', '7', { alias: 'newer' });
      await bed.importKinds('zones');
      return answer;
    });

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({ alias: 'newer', sync: { edited: ['alias'], base: { alias: 'top' } } });
    await bed.run(exportZones);
    expect(zoneRow()).toMatchObject({ alias: 'newer' });
  });

  it('is no change that the undo of an import may take back before its end', async () => {
    Object.assign(zoneRow() ?? {}, { name: 'Wrong' });
    const wrong = await bed.run({ operation: 'import', kinds: ['zones'] });
    const revert = {
      operation: 'import' as const,
      kinds: ['zones' as const],
      undo: { run_id: wrong._id, force: true },
    };
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(async (carry) => {
      await bed.run(revert);
      return carry();
    });

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({ name: 'Wrong', alias: 'top', sync: { edited: [], base: {} } });
  });

  it('that was surely refused leaves an edit that can be taken back', async () => {
    await bed.edit('zones', '7', { alias: 'bad' });
    bed.remote.faults.push(failWith('validation', { message: 'alias is not welcome' }));
    await bed.run(exportZones);

    await bed.edit('zones', '7', { alias: null });

    expect(await zoneDocument()).toMatchObject({ alias: null, sync: { edited: [], base: {} } });
    expect((await zoneDocument()).sync.sent).toBeUndefined();
  });
});
