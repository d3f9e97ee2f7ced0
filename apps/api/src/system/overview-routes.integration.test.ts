import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, endedTask, plannedTask, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;
let advertiser: string;

beforeAll(async () => {
  t = await createApiBed();
  const insert = (kind: string, key: string, fields: Record<string, unknown>) =>
    t.db.collection<{ _id: string }>(kind).insertOne(productionDocument(key, fields));
  await insert('networks', '1', { id: 1, name: 'North' });
  await insert('networks', '2', { id: 2, name: 'South' });
  await insert('advertisers', '11', { id: 11, name: 'Acme', network_id: 1 });
  await insert('advertisers', '21', { id: 21, name: 'Beta', network_id: 2 });
  advertiser = await make('advertisers', { name: 'Luna', network_id: 1 });
  await make('campaigns', { name: 'Of Acme', advertiser_id: 11 });
  await make('campaigns', { name: 'Of Luna', advertiser_id: advertiser });
  await make('campaigns', { name: 'Of Beta', advertiser_id: 21 });
});
afterAll(() => t.close());

function routeOf<R extends { kind: string | null }>(routes: readonly R[], kind: string): R | undefined {
  return routes.find((route) => route.kind === kind);
}

async function make(kind: string, body: object): Promise<string> {
  return (await t.call(routeOf(api.createLocal, kind), { body })).body._id;
}

describe('the overview', () => {
  it('counts what there is of each kind, in all networks or in one', async () => {
    const all = (await t.call(api.getOverview[0])).body;
    const one = (await t.call(api.getOverview[0], { query: { root: '1' } })).body;

    expect(all.kinds.advertisers).toMatchObject({ production: 2, local: 1, failed: 0, edited: 0, verified_at: null });
    expect(all.kinds.campaigns.local).toBe(3);
    expect(one.kinds.networks.production).toBe(1);
    expect(one.kinds.advertisers).toMatchObject({ production: 1, local: 1 });
    // By what they hang on, remote or local.
    expect(one.kinds.campaigns.local).toBe(2);
    expect([all.last_import, all.last_export]).toEqual([null, null]);
  });
});

describe('lists of local entities', () => {
  it('are narrowed by what the entities hang on, however far above', async () => {
    const query = { scope: 'both', network_id: '1', sort: 'name' };
    const { body } = await t.call(routeOf(api.listProduction, 'campaigns'), { query });

    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['Of Acme', 'Of Luna']);
  });
});

describe('names', () => {
  it('are given for remote ids and for local ones, and what does not exist is left out', async () => {
    const refs = `advertisers:11,networks:2,advertisers:${advertiser},zones:99`;
    const { body } = await t.call(api.getNames[0], { query: { refs } });

    expect(body.items).toHaveLength(3);
    expect(body.items).toEqual(
      expect.arrayContaining([
        { kind: 'advertisers', id: 11, name: 'Acme' },
        { kind: 'networks', id: 2, name: 'South' },
        { kind: 'advertisers', id: advertiser, name: 'Luna' },
      ]),
    );
  });

  it('are given for the local `_id` of what has been exported since', async () => {
    const local_id = 'a'.repeat(24);
    await t.db
      .collection<{ _id: string }>('id_map')
      .insertOne({ _id: `advertisers:${local_id}`, kind: 'advertisers', local_id, remote_id: '21' } as { _id: string });
    const { body } = await t.call(api.getNames[0], { query: { refs: `advertisers:${local_id},advertisers:21` } });

    expect(body.items).toHaveLength(2);
    expect(body.items).toContainEqual({ kind: 'advertisers', id: local_id, name: 'Beta' });
  });

  it('are asked for by kind and id', async () => {
    const { status, body } = await t.call(api.getNames[0], { query: { refs: 'teapots:7' } });

    expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid_input', 'refs']);
  });
});

describe('frequent errors', () => {
  it('are counted by code, with the latest message', async () => {
    const failed = (code: string, message: string) =>
      ({ state: 'failed', error: { category: 'validation', code, message, remedy: null } }) as const;
    await endedTask(t.store, plannedTask('a', 'zones', { subject: '1' }), failed('refused', 'first'));
    await endedTask(t.store, plannedTask('b', 'advertisers', { subject: '2' }), failed('refused', 'second'));
    await endedTask(t.store, plannedTask('b', 'zones', { subject: '3' }), failed('too_long', 'third'));
    const { body } = await t.call(api.listFrequentErrors[0]);
    const later = await t.call(api.listFrequentErrors[0], { query: { from: '2099-01-01T00:00:00.000Z' } });

    expect(body.items).toMatchObject([
      { code: 'refused', count: 2, kinds: ['advertisers', 'zones'], message: 'second', run_id: 'b' },
      { code: 'too_long', count: 1, kinds: ['zones'] },
    ]);
    expect(later.body.items).toEqual([]);
  });
});
