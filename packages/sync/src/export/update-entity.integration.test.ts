import { remotePart } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, loseAnswer, loseRequest, type WriteFault } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const exportZones = { kinds: ['zones' as const] };

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: ' Top ', alias: null, self_serve: false });
  bed.remote.add('/zones', { network_id: 1 }, { id: 8, name: 'Side', alias: 'side', self_serve: true });
  await bed.importKinds('zones');
  bed.remote.lists.length = 0;
  bed.remote.gets.length = 0;
});
afterEach(() => bed.close());

function zoneRow(id = 7) {
  return bed.remote.rows('/zones').find((row) => row.id === id);
}

async function zoneDocument(id = 7) {
  const found = await bed.store.production.get('zones', String(id));
  if (found === null) throw new Error(`no zone ${id}`);
  return found;
}

/** What the account's API was asked to change. */
function sent() {
  return bed.remote.changes.map(({ method, path, body }) => ({ method, path, body }));
}

async function taskOf(run: RunDocument, subject = '7') {
  return bed.store.tasks.of({ run_id: run._id, kind: 'zones', action: 'update', subject });
}

/** Done by somebody else, once the row has been read and before the update arrives. */
function meanwhile(work: () => unknown): WriteFault {
  return async (carry) => {
    await work();
    return carry();
  };
}

describe('an edit', () => {
  it('is sent alone, with what the API wants besides, and what it answers is kept', async () => {
    await bed.edit('zones', '7', { alias: 'top' });

    const run = await bed.run(exportZones);

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 0, updated: 1, conflicts: 0 } } });
    expect(bed.remote.gets).toEqual(['/zones/7']);
    expect(sent()).toEqual([{ method: 'PUT', path: '/zones/7', body: { name: ' Top ', alias: 'top' } }]);
    expect(await zoneDocument()).toMatchObject({
      name: ' Top ',
      alias: 'top',
      network_id: 1,
      sync: { edited: [], base: {}, run_id: run._id, revision: 4 },
    });
    const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
    expect(items).toMatchObject([{ operation: 'update', key: '7', before: { alias: null }, after: { alias: 'top' } }]);
  });

  it('that is exported leaves nothing for an import to change', async () => {
    await bed.edit('zones', '7', { name: 'Head', alias: 'top' });
    await bed.run(exportZones);
    const before = await bed.production('zones');

    const run = await bed.importKinds('zones');

    expect(run.changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 2 });
    expect(await bed.production('zones')).toEqual(before);
  });

  it('that takes a value away sends null', async () => {
    await bed.edit('zones', '8', { alias: null });

    await bed.run(exportZones);

    expect(sent()).toEqual([{ method: 'PUT', path: '/zones/8', body: { name: 'Side', alias: null } }]);
    expect(zoneRow(8)).toMatchObject({ alias: null });
  });

  it('that was taken back before its turn costs no request', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');
    await bed.edit('zones', '7', { alias: null });

    await bed.drive(run, 'zones');

    expect([...bed.remote.gets, ...sent()]).toEqual([]);
    expect(await taskOf(run)).toMatchObject({ state: 'skipped' });
  });

  it('is not touched by a run that exports something else', async () => {
    await bed.edit('zones', '7', { alias: 'top' });

    await bed.run({ kinds: ['advertisers'] });
    await bed.run({ kinds: ['zones'], only: { zones: ['8', 'a'.repeat(24)] } });

    expect(sent()).toEqual([]);
    expect((await zoneDocument()).sync.edited).toEqual(['alias']);
  });

  it('is one of those to which a run is limited', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    await bed.edit('zones', '8', { alias: 'edge' });

    await bed.run({ kinds: ['zones'], only: { zones: ['8'] } });

    expect(sent().map(({ path }) => path)).toEqual(['/zones/8']);
  });

  it('in a network that is not to be synced is refused without a request', async () => {
    await bed.edit('zones', '7', { alias: 'top' });

    const run = await bed.run(exportZones, bed.within({ networks: [2] }));

    expect([...bed.remote.gets, ...sent()]).toEqual([]);
    expect(await taskOf(run)).toMatchObject({ state: 'failed', error: { code: 'network_not_allowed' } });
    expect((await zoneDocument()).sync).toMatchObject({ edited: ['alias'], errors: [{ run_id: run._id }] });
  });

  it('made while the update is under way stays for the next export, with what was sent as its base', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(meanwhile(() => bed.edit('zones', '7', { alias: 'newer', name: 'Head' })));

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({
      name: 'Head',
      alias: 'newer',
      sync: { edited: ['alias', 'name'], base: { alias: 'top', name: ' Top ' } },
    });
    await bed.run(exportZones);
    expect(zoneRow()).toMatchObject({ name: 'Head', alias: 'newer' });
    expect((await zoneDocument()).sync).toMatchObject({ edited: [], base: {} });
  });

  it('gives its name before drafts are given theirs: two are never the same', async () => {
    await bed.edit('zones', '7', { name: 'Head' });
    const id = await bed.add('zones', { name: 'head', network_id: 1 });

    await bed.run(exportZones);

    expect(bed.remote.rows('/zones').map(({ name }) => name)).toEqual(['Head', 'Side', 'head (1)']);
    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'promoted', sent_name: 'head (1)' });
  });

  it('waits where its name was sent for a new entity and nobody knows the outcome', async () => {
    const slow = bed.within({ settleMs: 60_000 });
    await bed.add('zones', { name: 'Head', network_id: 1 });
    bed.remote.faults.push(loseAnswer);
    const first = await bed.begin(exportZones);
    await bed.plan(first, 'zones');
    const [task] = await bed.store.tasks.open({ run: first._id, kind: 'zones', stage: 'levels' }, 1);
    await bed.step(first, 'zones', task?.subject ?? '', slow);
    await bed.store.runs.requestStop(first._id, 'cancelled', null);
    await bed.finish(first);
    await bed.edit('zones', '7', { name: 'Head' });

    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');

    expect(await taskOf(run)).toMatchObject({ state: 'failed', error: { category: 'conflict', code: 'name_open' } });
    expect(sent()).toEqual([]);
  });
});

describe('what somebody else changed in Broadstreet since', () => {
  it('in another field is taken over, and the edit is sent', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    Object.assign(zoneRow() ?? {}, { name: 'Theirs', self_serve: true });

    const run = await bed.run(exportZones);

    expect(run.status).toBe('succeeded');
    expect(zoneRow()).toMatchObject({ name: 'Theirs', alias: 'top' });
    expect(await zoneDocument()).toMatchObject({
      name: 'Theirs',
      alias: 'top',
      self_serve: true,
      sync: { edited: [] },
    });
  });

  it('to the very same costs no update', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    Object.assign(zoneRow() ?? {}, { alias: 'top' });

    const run = await bed.run(exportZones);

    expect(sent()).toEqual([]);
    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1 } } });
    expect((await zoneDocument()).sync).toMatchObject({ edited: [], base: {} });
  });

  it('in the same field wins by default, and the rest of the edit is sent', async () => {
    await bed.edit('zones', '7', { alias: 'mine', name: 'Head' });
    Object.assign(zoneRow() ?? {}, { alias: 'theirs' });

    const run = await bed.run(exportZones);

    expect(sent().map(({ body }) => body)).toEqual([{ name: 'Head' }]);
    expect(await zoneDocument()).toMatchObject({ name: 'Head', alias: 'theirs', sync: { edited: [], base: {} } });
    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1, conflicts: 1 } } });
    const conflict = { field: 'alias', base: null, local: 'mine', remote: 'theirs', kept: 'remote' };
    expect((await taskOf(run))?.result?.conflicts).toEqual([conflict]);
  });

  it('in the same field is overwritten where the policy says so', async () => {
    await bed.edit('zones', '7', { alias: 'mine' });
    Object.assign(zoneRow() ?? {}, { alias: 'theirs' });

    await bed.run({ ...exportZones, conflicts: 'local_wins' });

    expect(zoneRow()).toMatchObject({ alias: 'mine' });
    expect(await zoneDocument()).toMatchObject({ alias: 'mine', sync: { edited: [] } });
  });

  it('in the same field is kept open where a person is to decide, again and again, until it is decided', async () => {
    await bed.edit('zones', '7', { alias: 'mine', name: 'Head' });
    Object.assign(zoneRow() ?? {}, { alias: 'theirs' });
    const manual = { ...exportZones, conflicts: 'manual' as const };

    const first = await bed.run(manual);
    bed.remote.gets.length = 0;
    const second = await bed.run({ ...exportZones, conflicts: 'local_wins' });

    expect(first).toMatchObject({ status: 'failed', changes: { zones: { updated: 1, conflicts: 1 } } });
    // What is open is no more asked for, and a policy decides only what its run finds.
    expect(bed.remote.gets).toEqual([]);
    for (const run of [first, second]) {
      expect(await taskOf(run)).toMatchObject({ state: 'failed', error: { code: 'changed_on_both_sides' } });
    }
    expect(zoneRow()).toMatchObject({ alias: 'theirs', name: 'Head' });
    expect(await zoneDocument()).toMatchObject({
      name: 'Head',
      alias: 'mine',
      sync: {
        edited: ['alias'],
        base: { alias: null },
        conflict: { run_id: first._id, remote: { alias: 'theirs' } },
        errors: [{ category: 'conflict' }, { category: 'conflict' }],
      },
    });
    await bed.decide('zones', '7', { alias: 'local' });
    expect((await bed.run(exportZones)).status).toBe('succeeded');
    expect(zoneRow()).toMatchObject({ alias: 'mine' });
    expect((await zoneDocument()).sync.errors).toBeUndefined();
  });
});

describe('an update that goes wrong', () => {
  it.each([
    ['carried out', loseAnswer, 1],
    ['not carried out', loseRequest, 2],
  ])('is looked at again when its answer is lost: it was %s', async (_, fault, puts) => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(fault);

    const run = await bed.run(exportZones);

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1 } } });
    expect(sent()).toHaveLength(puts);
    expect(zoneRow()).toMatchObject({ alias: 'top' });
    expect((await zoneDocument()).sync.edited).toEqual([]);
  });

  it('is kept with its error when the API refuses it, and sent again by the next export', async () => {
    await bed.edit('zones', '7', { alias: 'bad' });
    bed.remote.faults.push(failWith('validation', { message: 'alias is not welcome', fields: { alias: 'is bad' } }));

    const run = await bed.run(exportZones);

    expect(run.status).toBe('failed');
    expect(await taskOf(run)).toMatchObject({ state: 'failed', error: { category: 'validation' } });
    expect(await zoneDocument()).toMatchObject({
      alias: 'bad',
      sync: { edited: ['alias'], errors: [{ category: 'validation', run_id: run._id }] },
    });
    expect((await bed.run(exportZones)).status).toBe('succeeded');
    expect((await zoneDocument()).sync.errors).toBeUndefined();
  });

  it('waits without using up an attempt when the API is too busy', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(...Array.from({ length: 9 }, () => failWith('quota', { retryAfterMs: 0 })));

    expect((await bed.run(exportZones)).status).toBe('succeeded');
  });

  it('stops the run when the token is refused', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(failWith('authentication'));

    expect((await bed.run(exportZones)).status).toBe('failed');
    expect((await zoneDocument()).sync.edited).toEqual(['alias']);
  });

  it('is kept when the entity is gone from the account', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.remove('/zones', 7);

    const run = await bed.run(exportZones);

    expect(await taskOf(run)).toMatchObject({ state: 'failed', error: { category: 'dependency', code: 'not_found' } });
    expect((await zoneDocument()).sync.edited).toEqual(['alias']);
  });

  it('is told from a success when the API takes a field and leaves it as it was', async () => {
    await bed.edit('zones', '7', { alias: 'top', name: 'Head' });
    bed.remote.faults.push((_, { body }) => Object.assign(zoneRow() ?? {}, { name: body?.name }));

    const run = await bed.run(exportZones);

    expect(await taskOf(run)).toMatchObject({
      state: 'failed',
      error: { category: 'contract', code: 'update_ignored' },
    });
    expect(await zoneDocument()).toMatchObject({ name: 'Head', alias: 'top', sync: { edited: ['alias'] } });
  });

  it('is not sent by one who was overtaken while it waited for its slot', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    const run = await bed.begin(exportZones);
    await bed.plan(run, 'zones');
    const id = `${run._id}-zones-update-7`;
    bed.budget.faults.push('late');
    bed.budget.beforeSlot = async () => {
      bed.budget.beforeSlot = () => undefined;
      await bed.store.tasks.claim(id, 'another');
    };

    await bed.work(run, id);

    expect(sent()).toEqual([]);
    await bed.drive(run, 'zones');
    expect(sent()).toHaveLength(1);
  });
});

it('an import that publishes between an update and its end changes nothing of it', async () => {
  await bed.edit('zones', '7', { alias: 'top' });
  bed.remote.faults.push(async (carry) => {
    const answer = carry();
    await bed.importKinds('zones');
    return answer;
  });

  await bed.run(exportZones);

  const document = await zoneDocument();
  expect(remotePart(document)).toEqual({ id: 7, name: ' Top ', alias: 'top', self_serve: false, network_id: 1 });
  expect(document.sync).toMatchObject({ edited: [], base: {} });
});
