import { api, type Route } from '@broadstreet-sync/contract';
import { kindNames, kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, planIntent, productionDocument, sendIntent } from '../testing/api-bed.ts';

let t: ApiBed;

function of(routes: readonly Route[], kind: string): Route | undefined {
  return routes.find((candidate) => candidate.kind === kind);
}

beforeAll(async () => {
  t = await createApiBed();
  const zones = [
    { id: 2, name: 'Beta', network_id: 1, alias: null, self_serve: true },
    { id: 10, name: ' alpha ', network_id: 1, alias: 'a', self_serve: false },
    { id: 3, name: 'Zürich', network_id: 9, alias: '', self_serve: null },
  ];
  await t.db
    .collection<{ _id: string }>('zones')
    .insertMany(zones.map((zone) => productionDocument(String(zone.id), zone)));
  const placement = { campaign_id: 1, advertisement_id: 2, zone_id: 3, restrictions: ['phone'] };
  await t.db.collection<{ _id: string }>('placements').insertOne(productionDocument('1-2-3', placement));
  await t.store.locals.create('zones', { name: 'Delta', network_id: 1 });
});
afterAll(() => t.close());

async function names(query: Record<string, string>): Promise<string[]> {
  const { body } = await t.call(of(api.listProduction, 'zones'), { query });
  return body.items.map((item: { name: string }) => item.name);
}

describe('the list of production entities', () => {
  it('is in the order of ids, with what is remote and what is ours', async () => {
    const { body } = await t.call(of(api.listProduction, 'zones'));

    expect(body.items.map((item: { id: number }) => item.id)).toEqual([2, 3, 10]);
    expect(body.items[0]).toEqual({
      id: 2,
      name: 'Beta',
      network_id: 1,
      alias: null,
      self_serve: true,
      created_locally: false,
      synced_with_api: false,
      synced_at: '2026-11-01T10:00:00.000Z',
      sync: {
        revision: 3,
        edited: [],
        dangling: false,
        run_id: 'run',
        written_at: '2026-11-01T10:00:00.000Z',
        verified_at: '2026-11-01T10:00:00.000Z',
      },
    });
  });

  it('is searched and filtered by every sort of field', async () => {
    expect(await names({ q: 'ZÜRICH' })).toEqual(['Zürich']);
    expect(await names({ network_id: '1' })).toEqual(['Beta', ' alpha ']);
    expect(await names({ id: '10' })).toEqual([' alpha ']);
    expect(await names({ name: 'Beta' })).toEqual(['Beta']);
    expect(await names({ self_serve: 'false' })).toEqual([' alpha ']);
    expect(await names({ created_locally: 'true' })).toEqual([]);
    expect((await t.call(of(api.listProduction, 'placements'), { query: { restrictions: 'phone' } })).body.total).toBe(
      1,
    );
  });

  it('takes in local ones where they are asked for, in one order over all pages', async () => {
    expect(await names({ scope: 'local' })).toEqual(['Delta']);
    expect(await names({ scope: 'both', sort: '-name' })).toEqual(['Zürich', 'Delta', 'Beta', ' alpha ']);
    expect(await names({ scope: 'both', sort: '-created_locally,name' })).toEqual([
      'Delta',
      ' alpha ',
      'Beta',
      'Zürich',
    ]);
    expect(await names({ scope: 'both', synced_with_api: 'true' })).toEqual([]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = { scope: 'both', sort: 'name', limit: '1', ...(cursor === '' ? {} : { cursor }) };
      const { body } = await t.call(of(api.listProduction, 'zones'), { query });
      seen.push(...body.items.map((item: { name: string }) => item.name));
      cursor = body.next;
    }

    expect(seen).toEqual([' alpha ', 'Beta', 'Delta', 'Zürich']);
  });

  it('has once what an import has published before the export that made it moved it', async () => {
    const { _id } = await t.store.locals.create('zones', { name: 'Omega', network_id: 1 });
    const id = _id.toHexString();
    await planIntent(t.store, 'zones', id);
    await t.store.intents.created(id, await sendIntent(t.store, id), '90', { id: 90 });
    expect(await names({ scope: 'both', q: 'omega' })).toEqual(['Omega']);
    const published = productionDocument('90', { id: 90, name: 'Omega (1)', network_id: 1 });
    await t.db.collection<{ _id: string }>('zones').insertOne(published);

    expect(await names({ scope: 'both', q: 'omega' })).toEqual(['Omega (1)']);
    expect(await names({ scope: 'local', q: 'omega' })).toEqual(['Omega']);
  });

  it('is there for every kind', async () => {
    for (const kind of kindNames) expect((await t.call(of(api.listProduction, kind))).status).toBe(200);
  });
});

describe('a production entity', () => {
  it('is found by its id, or by the ids of its parents', async () => {
    const zone = await t.call(of(api.getProduction, 'zones'), { params: { id: '10' } });
    const placement = await t.call(of(api.getProduction, 'placements'), { params: { id: '1-2-3' } });

    expect([zone.status, zone.body.name, zone.headers.etag]).toEqual([200, ' alpha ', '"3"']);
    expect([placement.status, placement.body.zone_id]).toEqual([200, 3]);
  });

  it.each(['0', '11', '010', '1-2-3', 'x', '$gt', '1e1'])('that is not there is not found: %s', async (id) => {
    const answer = await t.call(of(api.getProduction, 'zones'), { params: { id } });

    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('has a history of what runs changed, the newest first, which outlives it', async () => {
    const change = { kind: 'zones', key: '77', before: null, after: { name: 'Old' } };
    const history = t.db.collection('history');
    await history.insertOne({ ...change, run_id: 'a', operation: 'insert', at: new Date('2026-11-01T10:00:00Z') });
    const gone = { before: { name: 'Old' }, after: null, operation: 'remove', at: new Date('2026-11-02T10:00:00Z') };
    await history.insertOne({ ...change, ...gone, run_id: 'b' });
    const { body } = await t.call(of(api.listHistory, 'zones'), { params: { id: '77' } });

    expect(body.total).toBe(2);
    expect(body.items).toMatchObject([
      { operation: 'remove', run_id: 'b', before: { name: 'Old' } },
      { operation: 'insert', run_id: 'a', after: { name: 'Old' } },
    ]);
  });

  it('has an entry in the id map only if it was exported from here', async () => {
    for (const kind of Object.values(kinds)) {
      const answer = await t.call(api.getIdMap[0], { params: { kind: kind.name, _id: 'a'.repeat(24) } });

      expect(answer.status).toBe(404);
    }
    expect((await t.http.get(`/api/id-map/things/${'a'.repeat(24)}`)).status).toBe(404);
  });
});
