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

  expect([imported.status, exported.status]).toEqual(['succeeded', 'succeeded']);
  expect(await watch.faults(small)).toEqual([]);
});
