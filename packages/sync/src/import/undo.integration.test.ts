import type { EntityFields } from '@broadstreet-sync/domain';
import type { ProductionDocument, RunDocument, RunRequest } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  for (const id of [7, 8, 9]) bed.remote.add('/zones', { network_id: 1 }, { id, name: `Z${id}`, alias: null });
  await bed.importKinds('zones');
});
afterEach(() => bed.close());

const importZones = (more: Partial<RunRequest> = {}) => bed.run({ operation: 'import', kinds: ['zones'], ...more });

function undo(run: RunDocument, { force = false, only = null }: { force?: boolean; only?: RunRequest['only'] } = {}) {
  bed.remote.lists.length = 0;
  return importZones({ undo: { run_id: run._id, force }, only });
}

function changeThere(id: number, fields: object): void {
  Object.assign(bed.remote.rows('/zones').find((row) => row.id === id) ?? {}, fields);
}

const fields = ({ sync: _sync, synced_at: _at, ...others }: ProductionDocument): EntityFields => others;

/** Production without what differs with each write. */
async function account(): Promise<EntityFields[]> {
  const zones = await bed.production('zones');
  return zones.map((zone) => {
    const { revision: _revision, written_at: _written, run_id: _run, ...sync } = zone.sync;
    return { ...fields(zone), sync };
  });
}

/** The account renames a zone, loses one and gets a new one; an import takes that over. */
async function importChanges(): Promise<RunDocument> {
  changeThere(7, { name: 'Wrong' });
  bed.remote.remove('/zones', 8);
  bed.remote.add('/zones', { network_id: 1 }, { id: 10, name: 'New', alias: null });
  const run = await importZones();
  expect(run.changes.zones).toMatchObject({ inserted: 1, updated: 1, removed: 1 });
  return run;
}

describe('the undo of an import', () => {
  it('brings production back as it was, without a request', async () => {
    const before = await account();
    const wrong = await importChanges();

    const run = await undo(wrong);

    expect(run).toMatchObject({
      status: 'succeeded',
      error: null,
      changes: { zones: { inserted: 1, updated: 1, removed: 1 } },
    });
    expect(bed.remote.lists).toEqual([]);
    expect(await account()).toEqual(before);
  });

  it('lasts until the account is read again', async () => {
    const wrong = await importChanges();
    const after = await account();
    await undo(wrong);

    const run = await importZones();

    expect(run.changes.zones).toMatchObject({ inserted: 1, updated: 1, removed: 1 });
    expect(await account()).toEqual(after);
  });

  it('takes back that its lists were verified: what is due is read again', async () => {
    const wrong = await importChanges();
    expect((await bed.store.production.verifiedScopes('zones')).size).toBe(1);

    await undo(wrong);

    expect((await bed.store.production.verifiedScopes('zones')).size).toBe(0);
  });

  it('is undone by another undo', async () => {
    const wrong = await importChanges();
    const after = await account();

    const second = await undo(await undo(wrong));

    expect(second.status).toBe('succeeded');
    expect(await account()).toEqual(after);
  });

  it('leaves alone what was changed since, says so, and undoes it by force', async () => {
    const before = await account();
    const wrong = await importChanges();
    await bed.edit('zones', '7', { alias: 'mine' });
    changeThere(10, { name: 'Newer' });
    await importZones();

    const run = await undo(wrong);

    expect(run).toMatchObject({
      status: 'partial',
      error: { code: 'not_all_undone', message: expect.stringContaining('2 of 3 changes') },
      changes: { zones: { inserted: 1, updated: 0, removed: 0 } },
    });
    expect((await bed.production('zones')).map(({ name, alias }) => [name, alias])).toEqual([
      ['Newer', null],
      ['Wrong', 'mine'],
      ['Z8', null],
      ['Z9', null],
    ]);
    // What was brought back stays: it is as it was.
    expect((await undo(wrong, { force: true })).changes.zones).toMatchObject({ updated: 1, removed: 1 });
    expect(await account()).toEqual(before);
  });

  it('keeps to the entities that are named', async () => {
    const wrong = await importChanges();

    const run = await undo(wrong, { only: { zones: ['8'] } });

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 1, updated: 0, removed: 0 } } });
    expect((await bed.production('zones')).map(({ name }) => name)).toEqual(['New', 'Wrong', 'Z8', 'Z9']);
  });

  it('gives edits back that the import has dropped, to be found in conflict once more', async () => {
    await bed.edit('zones', '7', { name: 'Mine', alias: 'mine' });
    changeThere(7, { name: 'Theirs' });
    const before = (await bed.production('zones')).map(fields);
    const wrong = await importZones({ conflicts: 'remote_wins' });
    expect((await bed.store.production.get('zones', '7'))?.sync.edited).toEqual(['alias']);

    await undo(wrong);

    expect((await bed.production('zones')).map(fields)).toEqual(before);
    expect(await bed.store.production.get('zones', '7')).toMatchObject({
      name: 'Mine',
      sync: { edited: ['name', 'alias'], base: { name: 'Z7', alias: null } },
    });
    expect((await importZones({ conflicts: 'manual' })).changes.zones).toMatchObject({ conflicts: 1 });
  });

  it('gives an entity that was made here back with where it came from', async () => {
    const localId = await bed.add('zones', { name: 'Made here', network_id: 1 });
    await bed.run({ kinds: ['zones'] });
    await importZones();
    const before = await account();
    const made = (await bed.production('zones')).find(({ created_locally }) => created_locally);
    bed.remote.remove('/zones', Number(made?._id));
    const wrong = await importZones();
    expect(wrong.changes.zones).toMatchObject({ removed: 1 });

    await undo(wrong);

    expect(await account()).toEqual(before);
    expect(made?.sync.original_local_id).toBe(localId);
  });
});
