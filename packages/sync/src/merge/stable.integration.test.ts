import { conflictPolicies, type EntityFields, remotePart } from '@broadstreet-sync/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeAll(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
});
afterAll(() => bed.close());

const policy = fc.constantFrom(...conflictPolicies);
const side = fc.constantFrom('local' as const, 'remote' as const);
const field = fc.constantFrom('name' as const, 'alias' as const);
const change = fc.record({ at: fc.nat(1), field, value: fc.constantFrom('a', 'b', 'c') });
const step = fc.oneof(
  change.map((edit) => ({ does: 'edit' as const, ...edit })),
  change.map((edit) => ({ does: 'change there' as const, ...edit })),
  fc.record({ does: fc.constant('import' as const), policy }),
  fc.record({ does: fc.constant('export' as const), policy }),
  fc.record({ does: fc.constant('decide' as const), side }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let ids = 0;

/** Two zones of their own for each account that is tried. */
function addZones(): number[] {
  ids += 2;
  const added = [ids - 1, ids];
  for (const id of added) bed.remote.add('/zones', { network_id: 1 }, { id, name: `${id} a`, alias: `${id} a` });
  return added;
}

const importBy = (conflicts: (typeof conflictPolicies)[number]) =>
  bed.run({ operation: 'import', kinds: ['zones'], conflicts });
const exportBy = (conflicts: (typeof conflictPolicies)[number]) => bed.run({ kinds: ['zones'], conflicts });
const rowOf = (id: number) => bed.remote.rows('/zones').find((row) => row.id === id) ?? {};

async function decideAll(kept: 'local' | 'remote'): Promise<void> {
  const { items } = await bed.store.conflicts.list({}, 0, 100);
  for (const { document } of items) {
    const fields = Object.keys(document.sync.conflict?.remote ?? {});
    await bed.decide('zones', document._id, Object.fromEntries(fields.map((name) => [name, kept])));
  }
}

async function take(zones: readonly number[], taken: Step): Promise<void> {
  if (taken.does === 'import') await importBy(taken.policy);
  if (taken.does === 'export') await exportBy(taken.policy);
  if (taken.does === 'decide') await decideAll(taken.side);
  if (taken.does !== 'edit' && taken.does !== 'change there') return;
  const id = zones[taken.at] ?? 0;
  const fields: EntityFields = { [taken.field]: `${id} ${taken.value}` };
  if (taken.does === 'edit') await bed.edit('zones', String(id), fields);
  else Object.assign(rowOf(id), fields);
}

it('over any edits, changes, imports, exports and decisions, both sides come to the same, and then nothing moves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), policy, side, async (steps, last, kept) => {
      const zones = addZones();
      await importBy('remote_wins');
      for (const taken of steps) await take(zones, taken);

      await importBy(last);
      expect((await importBy(last)).changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0, conflicts: 0 });

      await decideAll(kept);
      expect((await exportBy('manual')).status).toBe('succeeded');
      await importBy('manual');
      const writes = bed.remote.changes.length;
      for (const id of zones) {
        const zone = await bed.store.production.get('zones', String(id));
        expect(zone?.sync).toMatchObject({ edited: [], base: {} });
        expect(remotePart(zone ?? {})).toMatchObject({ ...rowOf(id) });
      }
      expect((await importBy(last)).changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0, conflicts: 0 });
      await exportBy(last);
      expect(bed.remote.changes).toHaveLength(writes);
    }),
    { numRuns: 20 },
  );
}, 120_000);
