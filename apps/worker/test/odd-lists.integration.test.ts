import { kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';
import { spawnApp } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import { allKinds, engineOfEach, productionRows, quick } from './engine.ts';

const engine = engineOfEach();

async function production(): Promise<unknown[]> {
  return Promise.all(allKinds.map((kind) => productionRows(engine().store, kind)));
}

describe('answers with status 200 that are no lists', () => {
  const places = 100;
  const bodies = [
    { type: 'html' },
    { type: 'empty' },
    { type: 'empty_object' },
    { type: 'wrong_envelope' },
    { type: 'broken_row', defect: 'bad_id' },
    { type: 'broken_row', defect: 'missing_id' },
    { type: 'broken_row', defect: 'duplicate_id' },
    { type: 'broken_row', defect: 'not_an_object' },
  ];

  it(`fail, cut at ${places} places or odd as a whole, and close no row`, async () => {
    const { remote, env } = engine().bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine().run();
    const before = await production();
    const { campaigns, placements, advertisers } = await remote.state();
    const rows = (field: string, id: unknown) =>
      [...placements, ...campaigns].filter((row) => row[field] === id).length;
    const long = campaigns.filter(({ id }) => rows('campaign_id', id) > 0).slice(0, places);
    for (const [at, { id }] of long.entries()) {
      const fault = { type: 'truncated', share: at / places, length: at % 2 === 0 ? 'kept' : 'closed' };
      await remote.addFault({ route: '/placements', query: { campaign_id: Number(id) }, fault });
    }
    const odd = advertisers.filter(({ id }) => rows('advertiser_id', id) > 1).slice(0, bodies.length);
    for (const [at, { id }] of odd.entries()) {
      const [fault] = bodies.slice(at);
      if (fault === undefined) continue;
      await remote.addFault({ route: '/campaigns', query: { advertiser_id: Number(id) }, fault });
    }

    const run = await engine().run();

    const failed = await engine().store.tasks.list({ run_id: run._id, state: 'failed' }, 0, 500);
    expect([long.length, odd.length, failed.total]).toEqual([places, bodies.length, places + bodies.length]);
    expect(new Set(failed.items.map(({ error }) => error?.category))).toEqual(new Set(['contract']));
    expect(run.status).toBe('partial');
    for (const kind of allKinds) expect(run.changes[kind], kind).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
    expect(await production()).toEqual(before);
    await remote.clearFaults();
    expect(await engine().run()).toMatchObject({ status: 'succeeded' });
    expect(await production()).toEqual(before);
  });

  it('fail the whole import where all are odd, and leave production as it was', async () => {
    const { remote, env } = engine().bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine().run({ kinds: ['zones'] });
    const before = await production();
    for (const fault of bodies) {
      await remote.startOutage({ method: 'GET', fault });

      expect([fault, (await engine().run()).status]).toEqual([fault, 'failed']);
    }
    expect(await production()).toEqual(before);
  });
});

/** Entities that refer to what is not there and do not say so. */
async function unmarked(): Promise<unknown[]> {
  const all = new Map<string, ProductionDocument[]>();
  for (const kind of kindNames) {
    all.set(kind, (await engine().store.production.page(kind, {}, {}, 0, 1_000_000)).items);
  }
  const ids = new Map([...all].map(([kind, entities]) => [kind, new Set(entities.map(({ _id }) => _id))]));
  return kindNames.flatMap((kind) =>
    (all.get(kind) ?? []).filter((entity) => {
      const isLost = (kinds[kind].references ?? []).some(
        (parent) => ids.get(parent)?.has(String(entity[parentField(parent)])) !== true,
      );
      return isLost !== entity.sync.dangling;
    }),
  );
}

describe('rows that come and go between the lists of one import', () => {
  it('leave nothing that refers to what is not there without its being marked', async () => {
    const { remote, env } = engine().bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    const { advertisers, advertisements, campaigns, placements } = await remote.state();
    const [placed] = placements;
    const campaign = campaigns.find(({ id }) => id === placed?.campaign_id);
    const networkId = Number(advertisers.find(({ id }) => id === campaign?.advertiser_id)?.network_id);
    const used = placements.slice(0, 400).map(({ zone_id }) => Number(zone_id));
    const [first, second, third] = [...new Set(used)];
    const newZone = { kind: 'zones', op: 'insert', id: 990_001, fields: { name: 'Came later', network_id: networkId } };
    const place = (zone_id: number) => ({
      kind: 'placements',
      op: 'insert',
      dangling: true,
      fields: { campaign_id: placed?.campaign_id, advertisement_id: placed?.advertisement_id, zone_id },
    });
    const removeZone = (id: number | undefined, dangling: boolean) => ({ kind: 'zones', op: 'remove', id, dangling });
    const after = (route: string, edits: object[]) =>
      remote.addFault({ method: 'GET', route, nth: 1, fault: { type: 'edit', edits } });

    // Gone before its list is read, though placements still name it; gone and new after their lists were read.
    await remote.edit({ kind: 'zones', op: 'remove', id: Number(first), dangling: true });
    await after('/campaigns', [newZone, place(990_001), place(990_002), removeZone(second, false)]);
    await after('/advertisements', [removeZone(third, true)]);
    await after('/placements', [
      { kind: 'advertisements', op: 'remove', id: Number(advertisements[0]?.id) },
      { kind: 'campaigns', op: 'remove', id: Number(campaigns.at(-1)?.id) },
    ]);

    const run = await engine().run();

    expect(run.status).toBe('succeeded');
    expect(await unmarked()).toEqual([]);
    const inZone = (id: number | undefined) =>
      engine().store.production.page('placements', { zone_id: id }, {}, 0, 500);
    expect((await inZone(990_001)).items).toMatchObject([{ sync: { dangling: false } }]);
    expect((await inZone(990_002)).items).toMatchObject([{ sync: { dangling: true } }]);
    expect((await inZone(first)).items.every(({ sync }) => sync.dangling)).toBe(true);
    expect((await inZone(first)).total).toBeGreaterThan(0);

    await remote.edit({ kind: 'zones', op: 'insert', id: 990_002, fields: { name: 'Back', network_id: networkId } });
    expect((await engine().run()).status).toBe('succeeded');
    expect(await unmarked()).toEqual([]);
    expect((await inZone(990_002)).items).toMatchObject([{ sync: { dangling: false } }]);
  });
});
