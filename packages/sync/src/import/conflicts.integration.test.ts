import type { ConflictPolicy } from '@broadstreet-sync/domain';
import type { PlanItemDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  for (const id of [7, 8]) bed.remote.add('/zones', { network_id: 1 }, { id, name: `Z${id}`, alias: null });
  await bed.importKinds('zones');
});
afterEach(() => bed.close());

const importBy = (conflicts: ConflictPolicy, more: { dry_run?: boolean; mode?: 'fresh' } = {}) =>
  bed.run({ operation: 'import', kinds: ['zones'], conflicts, ...more });

function changeThere(id: number, fields: object): void {
  Object.assign(bed.remote.rows('/zones').find((row) => row.id === id) ?? {}, fields);
}

async function zone(key = '7') {
  const found = await bed.store.production.get('zones', key);
  if (found === null) throw new Error(`no zone ${key}`);
  return found;
}

const open = async () => (await bed.store.conflicts.list({}, 0, 10)).items.map(({ document }) => document._id);

/** Zone 7 is edited here and there in one field, and here in another. */
async function editOnBothSides(): Promise<void> {
  await bed.edit('zones', '7', { name: 'Mine', alias: 'mine' });
  changeThere(7, { name: 'Theirs' });
}

describe('an import that leaves conflicts to a person', () => {
  it('shows what is here, and keeps base, local and remote value', async () => {
    await editOnBothSides();

    const run = await importBy('manual');

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1, unchanged: 1, conflicts: 1 } } });
    expect(await zone()).toMatchObject({
      name: 'Mine',
      alias: 'mine',
      sync: {
        edited: ['name', 'alias'],
        base: { name: 'Z7', alias: null },
        conflict: { run_id: run._id, remote: { name: 'Theirs' } },
      },
    });
    await bed.store.archive(run);
    const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
    const conflict = { field: 'name', base: 'Z7', local: 'Mine', remote: 'Theirs', kept: null };
    expect(items).toMatchObject([{ key: '7', operation: 'update', conflicts: [conflict] }]);
  });

  it('finds nothing new the next time, whatever its policy', async () => {
    await editOnBothSides();
    await importBy('manual');
    const before = await bed.production('zones');

    for (const policy of ['manual', 'remote_wins', 'local_wins'] as const) {
      expect((await importBy(policy)).changes.zones).toMatchObject({ updated: 0, unchanged: 2, conflicts: 0 });
    }

    expect(await bed.production('zones')).toEqual(before);
    expect(await open()).toEqual(['7']);
  });

  it('keeps a conflict open for a person while the account goes on', async () => {
    await editOnBothSides();
    await importBy('manual');
    changeThere(7, { name: 'Theirs again', self_serve: true });

    await importBy('remote_wins');

    expect(await zone()).toMatchObject({
      name: 'Mine',
      self_serve: true,
      sync: { base: { name: 'Z7' }, conflict: { remote: { name: 'Theirs again' } } },
    });
  });

  it('does not bring back what was decided for the account', async () => {
    await editOnBothSides();
    await importBy('manual');

    await bed.decide('zones', '7', { name: 'remote' });

    expect(await zone()).toMatchObject({ name: 'Theirs', sync: { edited: ['alias'], base: { alias: null } } });
    expect(await open()).toEqual([]);
    expect((await importBy('manual')).changes.zones).toMatchObject({ updated: 0, conflicts: 0 });
    const { items } = await bed.store.production.history({ kind: 'zones', key: '7' }, 0, 1);
    expect(items).toMatchObject([
      { run_id: null, fields: ['name'], before: { name: 'Mine' }, after: { name: 'Theirs' } },
    ]);
  });

  it.each([
    ['local', 'Mine'],
    [{ value: 'Both' }, 'Both'],
  ] as const)('does not bring back what was decided for here (%j), and an export sends it', async (decision, name) => {
    await editOnBothSides();
    await importBy('manual');

    await bed.decide('zones', '7', { name: decision });

    expect((await importBy('manual')).changes.zones).toMatchObject({ updated: 0, conflicts: 0 });
    expect(await open()).toEqual([]);
    expect((await bed.run({ kinds: ['zones'], conflicts: 'remote_wins' })).status).toBe('succeeded');
    expect(bed.remote.rows('/zones')).toMatchObject([{ id: 7, name, alias: 'mine' }, { id: 8 }]);
    expect((await zone()).sync).toMatchObject({ edited: [], base: {} });
  });

  it('opens a decided conflict anew where the account changes the field once more', async () => {
    await editOnBothSides();
    await importBy('manual');
    await bed.decide('zones', '7', { name: 'local' });
    changeThere(7, { name: 'Theirs again' });

    expect((await importBy('manual')).changes.zones).toMatchObject({ conflicts: 1 });

    expect((await zone()).sync).toMatchObject({
      base: { name: 'Theirs' },
      conflict: { remote: { name: 'Theirs again' } },
    });
  });

  it('says in a dry run what it would find, and opens nothing', async () => {
    await editOnBothSides();
    const before = await bed.production('zones');

    const run = await importBy('manual', { dry_run: true });

    expect(run.changes.zones).toMatchObject({ updated: 1, conflicts: 1 });
    const { items } = await bed.store.changes.list({ run_id: run._id, conflicts: { $exists: true } }, 0, 10);
    expect(items).toMatchObject([{ key: '7', conflicts: [{ field: 'name', kept: null }] }]);
    expect(await bed.production('zones')).toEqual(before);
  });
});

it.each([
  ['remote_wins', 'Theirs', ['alias'], 'remote'],
  ['local_wins', 'Mine', ['name', 'alias'], 'local'],
] as const)('an import by %s says what it decided, and leaves nothing open', async (policy, name, edited, kept) => {
  await editOnBothSides();

  const run = await importBy(policy);

  expect(run.changes.zones).toMatchObject({ updated: 1, conflicts: 1 });
  expect(await zone()).toMatchObject({ name, sync: { edited } });
  expect(await open()).toEqual([]);
  await bed.store.archive(run);
  const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
  expect(items).toMatchObject([{ conflicts: [{ field: 'name', kept }] }]);
});

it('a fresh import drops what is open, and asks nobody', async () => {
  await editOnBothSides();
  await importBy('manual');

  const run = await importBy('manual', { mode: 'fresh' });

  expect(run.changes.zones).toMatchObject({ updated: 1, conflicts: 0 });
  expect(await zone()).toMatchObject({ name: 'Theirs', alias: null, sync: { edited: [], base: {} } });
  expect(await open()).toEqual([]);
});

it('a conflict goes with its entity', async () => {
  await editOnBothSides();
  await importBy('manual');
  bed.remote.remove('/zones', 7);

  await importBy('manual');

  expect(await open()).toEqual([]);
});

it('an export that finds a conflict opens it, sends the rest, and leaves it alone from then on', async () => {
  await editOnBothSides();

  const run = await bed.run({ kinds: ['zones'], conflicts: 'manual' });

  expect(run).toMatchObject({ status: 'failed', changes: { zones: { updated: 1, conflicts: 1 } } });
  expect(bed.remote.rows('/zones')[0]).toMatchObject({ name: 'Theirs', alias: 'mine' });
  expect((await zone()).sync).toMatchObject({
    edited: ['name'],
    conflict: { run_id: run._id, remote: { name: 'Theirs' } },
  });
  expect((await importBy('remote_wins')).changes.zones).toMatchObject({ updated: 0 });
});

it('a dry run of an export says what waits for a person, and plans the rest', async () => {
  await editOnBothSides();
  await bed.edit('zones', '8', { name: 'Mine' });
  changeThere(8, { name: 'Theirs' });
  await importBy('manual');

  const run = await bed.run({ kinds: ['zones'], dry_run: true });

  const items = new Map<string, PlanItemDocument>();
  for await (const item of bed.store.plans.entities(run._id)) items.set(item.subject, item);
  expect(items.get('7')).toMatchObject({ state: 'planned', request: { body: { name: 'Theirs', alias: 'mine' } } });
  expect(items.get('8')).toMatchObject({ state: 'failed', error: { code: 'changed_on_both_sides' } });
});
