import { applyEdit, kinds } from '@broadstreet-sync/domain';
import { editedPart, type RunDocument } from '@broadstreet-sync/store';
import { type QueryWatch, spawnApp, watchQueries } from '@broadstreet-sync/testkit';
import { afterEach, expect, it } from 'vitest';
import { engineOfEach, quick } from './engine.ts';
import { addLocalAccount } from './local-account.ts';
import { findSmallAdvertiser } from './small-advertiser.ts';

/** One document for each process or thing that one process at a time does; and what is forgotten nearly all at once. */
const small = ['processes', 'locks', 'account', 'reservations'];

const engine = engineOfEach();
let watch: QueryWatch;
// Before the database is emptied: what is watched could not be.
afterEach(() => watch.close());

it('every query of imports and exports has an index that serves it', async () => {
  watch = await watchQueries(engine().bed.mongoUri);
  const { remote, env } = engine().bed;
  await remote.create({ account: 'R' });
  await spawnApp('worker', { ...env, ...quick });
  await engine().run();
  const state = await remote.state();
  await remote.edit({ kind: 'zones', op: 'update', id: Number(state.zones[0]?.id), fields: { name: 'Another name' } });
  await remote.edit({ kind: 'advertisers', op: 'remove', id: findSmallAdvertiser(state) });
  await remote.addFault({ route: '/campaigns', count: 2, fault: { type: 'status', status: 500 } });
  await addLocalAccount(engine(), 12);

  const [imported, exported] = await Promise.all([engine().run(), engine().run({ operation: 'export' })]);
  await engine().run({ dry_run: true });
  await addLocalAccount(engine(), 1);
  await engine().run({ operation: 'export' });

  const wrong = await importInConflict(String(state.zones[1]?.id));
  const undone = await engine().run({ undo: { run_id: wrong._id, force: false } });

  expect([imported.status, exported.status]).toEqual(['succeeded', 'succeeded']);
  expect(undone).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1 } } });
  expect(await watch.faults(small)).toEqual([]);
});

/** A zone is edited here and there: an import that leaves it to a person, and what such a person asks for. */
async function importInConflict(key: string): Promise<RunDocument> {
  const { store, bed } = engine();
  const zone = await store.production.get('zones', key);
  if (zone === null) throw new Error(`no zone ${key}`);
  const edited = applyEdit(kinds.zones, editedPart(zone), { name: 'Mine' });
  await store.production.edit('zones', key, zone.sync.revision, edited);
  await bed.remote.edit({ kind: 'zones', op: 'update', id: Number(key), fields: { name: 'Theirs' } });
  const run = await engine().run({ conflicts: 'manual' });
  expect(run.changes.zones).toMatchObject({ updated: 1, conflicts: 1 });
  expect(await store.conflicts.list({ runId: run._id }, 0, 10)).toMatchObject({ total: 1 });
  expect((await store.history.ofEntity('zones', key, 0, 10)).items[0]).toMatchObject({ run_id: run._id });
  await store.history.forgetBefore(new Date(0));
  return run;
}
