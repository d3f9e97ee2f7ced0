import { localFields, type RunDocument } from '@broadstreet-sync/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from './context.ts';
import { wantGone } from './testing/deletions.ts';
import { killAfterEachCall } from './testing/kill-after-each-call.ts';
import { loseAnswer, loseRequest, type WriteFault } from './testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from './testing/sync-bed.ts';

let bed: SyncBed;
/** Leases and settle times end at once here: whoever looks finds them over. */
let hasty: SyncContext;
let round = 0;
const name = () => `Zone ${round}`;

beforeAll(async () => {
  bed = await openSyncBed();
  hasty = bed.within({ timeoutMs: -15_000, settleMs: 15_000 });
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  await bed.importKinds('zones');
});
afterAll(() => bed.close());
beforeEach(() => {
  bed.remote.changes.length = 0;
  bed.remote.faults.length = 0;
});

function rows() {
  return bed.remote.rows('/zones').filter((row) => String(row.name).startsWith(name()));
}

/** A zone that the account and production have; gives its key. */
async function addZone(): Promise<string> {
  round += 1;
  bed.remote.add('/zones', { network_id: 1 }, { id: round, name: name(), alias: null });
  await bed.importKinds('zones');
  bed.remote.changes.length = 0;
  return String(round);
}

async function removeZones(world: SyncContext, { run }: { run: RunDocument }): Promise<void> {
  await bed.drive(run, 'zones', world);
  await bed.removals(run, world);
}

/** Each fault with how often the request may then be sent. */
const faults: [string, WriteFault[], number][] = [
  ['answered', [], 1],
  ['carried out, and the answer lost', [loseAnswer], 2],
  ['lost', [loseRequest], 2],
];

describe.each(faults)('a process killed after any call, its request %s', (_, given, most) => {
  const step = given.length === 0 ? 1 : 3;
  const fault = () => bed.remote.faults.splice(0, Number.POSITIVE_INFINITY, ...given);

  it('sends an edit, and keeps what it became once', async () => {
    const calls = await killAfterEachCall(bed, hasty, {
      parts: ['store', 'remote'],
      step,
      async begin() {
        const key = await addZone();
        await bed.edit('zones', key, { alias: `alias ${key}` });
        fault();
        return { run: await bed.begin({ kinds: ['zones'] }), key };
      },
      work: (world, { run }) => bed.drive(run, 'zones', world),
      async check(run, lastCall) {
        const when = `killed after call ${lastCall}`;
        expect(bed.remote.changes.length, when).toBeLessThanOrEqual(most);
        expect(rows(), when).toMatchObject([{ alias: `alias ${round}` }]);
        const document = await bed.store.production.get('zones', String(round));
        expect(document, when).toMatchObject({ alias: `alias ${round}`, sync: { edited: [], base: {} } });
        expect(run, when).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1 } } });
        expect((await bed.store.production.history({ run_id: run._id }, 0, 10)).total, when).toBe(1);
      },
    });

    expect(calls).toBeGreaterThan(10);
  });

  it('removes what a person wants gone, once', async () => {
    const calls = await killAfterEachCall(bed, hasty, {
      parts: ['store', 'remote'],
      step,
      async begin() {
        await wantGone(bed, 'zones', await addZone());
        fault();
        return { run: await bed.begin({ kinds: ['zones'] }) };
      },
      work: removeZones,
      async check(run, lastCall) {
        const when = `killed after call ${lastCall}`;
        expect(rows(), when).toEqual([]);
        expect(await bed.store.production.get('zones', String(round)), when).toBeNull();
        expect(run, when).toMatchObject({ status: 'succeeded', changes: { zones: { removed: 1 } } });
        expect((await bed.store.production.history({ run_id: run._id }, 0, 10)).total, when).toBe(1);
      },
    });

    expect(calls).toBeGreaterThan(10);
  });

  it('undoes a create, and has the draft back once', async () => {
    let localId = '';
    const calls = await killAfterEachCall(bed, hasty, {
      parts: ['store', 'remote'],
      step,
      async begin() {
        round += 1;
        localId = await bed.add('zones', { name: name(), network_id: 1 });
        const made = await bed.run({ kinds: ['zones'] });
        fault();
        return { run: await bed.begin({ kinds: ['zones'], undo: { run_id: made._id, force: false } }) };
      },
      work: removeZones,
      async check(run, lastCall) {
        const when = `killed after call ${lastCall}`;
        expect(rows(), when).toEqual([]);
        const draft = await bed.local('zones', localId);
        expect(draft === null ? null : localFields(draft), when).toEqual({ name: name(), network_id: 1 });
        expect(
          (await bed.production('zones')).filter((zone) => zone.name === name()),
          when,
        ).toEqual([]);
        expect((await bed.store.locals.mapped('zones', [localId])).size, when).toBe(0);
        expect(await bed.store.intents.get(localId), when).toMatchObject({ state: 'undone' });
        expect(run, when).toMatchObject({ status: 'succeeded', changes: { zones: { removed: 1 } } });
        await bed.store.locals.remove('zones', localId);
      },
    });

    expect(calls).toBeGreaterThan(10);
  });
});
