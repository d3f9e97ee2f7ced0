import type { KindName } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  for (const id of [30, 31, 32]) bed.remote.add('/zones', { network_id: 1 }, { id, name: `Z${id}` });
});
afterEach(() => bed.close());

const importAs = (mode: 'full' | 'fresh', ...kinds: KindName[]) => bed.run({ operation: 'import', mode, kinds });

/** Changes an entity of production as a person does, past any import. */
async function edit(kind: KindName, key: string, change: (entity: ProductionDocument) => ProductionDocument) {
  const run = await bed.begin({ operation: 'import', kinds: [kind] });
  const { changes, runs } = bed.store;
  const staged = { key, operation: 'update' as const, expects: null, requested_at: new Date(), before: null };
  await changes.stage(changes.planner(run._id, kind), [{ ...staged, after: null, hash: null, dangling: false }]);
  const publishing = await runs.publishing(run._id);
  if (publishing === null) throw new Error('does not publish');
  await bed.store.publish({
    run: publishing,
    part: 'free',
    scopes: [],
    resolve: (_, current) =>
      current === null ? { operation: 'none' } : { operation: 'update', document: change(current) },
  });
  await runs.finish(run._id, 'succeeded', {}, null);
}

const renamed = (entity: ProductionDocument): ProductionDocument => ({
  ...entity,
  name: 'Mine',
  sync: { ...entity.sync, edited: ['name'], base: { name: entity.name } },
});

describe('a fresh import', () => {
  it('drops edits that were not sent, and rewrites nothing else', async () => {
    await importAs('full', 'zones');
    await edit('zones', '31', renamed);
    const before = await bed.production('zones');
    expect(await importAs('full', 'zones')).toMatchObject({ changes: { zones: { updated: 0, unchanged: 3 } } });
    expect(await bed.production('zones')).toEqual(before);

    const run = await importAs('fresh', 'zones');

    expect(run.changes.zones).toMatchObject({ inserted: 0, updated: 1, removed: 0, unchanged: 2 });
    const [first, second, third] = await bed.production('zones');
    expect([first, third]).toEqual([before[0], before[2]]);
    expect(second).toMatchObject({ name: 'Z31', sync: { edited: [], base: {}, run_id: run._id } });
  });

  it('gives what an import into an empty store gives, but for where an entity came from', async () => {
    const id = await bed.add('zones', { name: 'Made here', alias: 'made', network_id: 1 });
    await importAs('full', 'zones');
    await bed.run({ kinds: ['zones'] });
    const made = (await bed.production('zones')).find(({ name }) => name === 'Made here');
    // Lists do not return what was written.
    bed.remote.remove('/zones', Number(made?.id));
    bed.remote.add('/zones', { network_id: 1 }, { id: made?.id, name: 'Made here' });
    await importAs('full', 'zones');
    expect(await bed.production('zones')).toContainEqual(expect.objectContaining({ id: made?.id, alias: 'made' }));

    await importAs('fresh', 'zones');

    const [found] = (await bed.production('zones')).filter(({ _id }) => _id === made?._id);
    expect(found).toMatchObject({ created_locally: true, synced_with_api: true, sync: { original_local_id: id } });
    expect(found).not.toHaveProperty('alias');
    expect((await bed.store.locals.mapped('zones', [id])).get(id)?.remote_id).toBe(made?._id);
  });

  it('after a fresh import writes nothing', async () => {
    await importAs('full', 'zones');
    await edit('zones', '30', renamed);
    await importAs('fresh', 'zones');
    const before = await bed.production('zones');

    const run = await importAs('fresh', 'networks', 'zones');

    expect(run.changes).toMatchObject({ networks: { updated: 0 }, zones: { updated: 0, unchanged: 3 } });
    expect(await bed.production('zones')).toEqual(before);
  });

  it('keeps in its history what it dropped', async () => {
    await importAs('full', 'zones');
    await edit('zones', '30', renamed);

    const run = await importAs('fresh', 'zones');

    expect((await bed.store.production.history({ run_id: run._id }, 0, 10)).items).toMatchObject([
      { key: '30', operation: 'update', before: { name: 'Mine' }, after: { name: 'Z30' } },
    ]);
  });
});
