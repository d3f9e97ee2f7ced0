import { api, type Route } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiBed, type ApiRequest, createApiBed, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.clear();
  await put('networks', { id: 1, name: 'Net', logo: { url: null } });
  await put('zones', { id: 7, name: ' Top ', alias: null, self_serve: false, network_id: 1 });
  await put('advertisers', { id: 9, name: 'Luna', network_id: 1 });
  await put('advertisements', { id: 2, name: 'Ad', advertiser: 'Luna', advertiser_id: 9, network_id: 1 });
  const campaign = {
    id: 4,
    name: 'Spring',
    advertiser_id: 9,
    network_id: 1,
    weight: 'default',
    end_date: '2026-01-31',
  };
  await put('campaigns', campaign);
  await put('placements', { campaign_id: 4, advertisement_id: 2, zone_id: 7, advertiser_id: 9, network_id: 1 });
});

async function put(kind: KindName, fields: Record<string, unknown>): Promise<void> {
  const key = kinds[kind].identity.map((field) => fields[field]).join('-');
  await t.db.collection<{ _id: string }>(kind).insertOne(productionDocument(key, fields));
}

function ask(routes: readonly Route[], kind: KindName, id: string, request: ApiRequest = {}) {
  const route = routes.find((candidate) => candidate.kind === kind);
  return t.call(route, { ...request, params: { id } });
}

const patch = (kind: KindName, id: string, body: object, headers: ApiRequest['headers'] = {}) =>
  ask(api.updateProduction, kind, id, { body, headers });
const read = (kind: KindName, id: string) => ask(api.getProduction, kind, id);
const remove = (kind: KindName, id: string, query: Record<string, string> = {}, headers: ApiRequest['headers'] = {}) =>
  ask(api.removeProduction, kind, id, { query, headers });
const keep = (kind: KindName, id: string) => ask(api.keepProduction, kind, id);

/** Of all that production has, what is to be deleted. */
async function planned(): Promise<string[]> {
  const found = kindNames.map(async (kind) => {
    const { items } = await t.store.production.page(kind, {}, {}, 0, 100);
    return items.filter(({ sync }) => sync.deletion !== undefined).map(({ _id }) => `${kind} ${_id}`);
  });
  return (await Promise.all(found)).flat();
}

describe('PATCH of an entity that exists remotely', () => {
  it('shows at once, with what Broadstreet has of it', async () => {
    const answer = await patch('zones', '7', { name: 'Head', alias: 'top' });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id: 7,
      name: 'Head',
      alias: 'top',
      sync: { edited: ['name', 'alias'], base: { name: ' Top ', alias: null }, revision: 4 },
    });
    expect(answer.headers.etag).toBe('"4"');
    expect((await read('zones', '7')).body).toEqual(answer.body);
  });

  it('back to what Broadstreet has is no edit any more', async () => {
    await patch('zones', '7', { name: 'Head' });

    const { body } = await patch('zones', '7', { name: ' Top ' });

    expect(body).toMatchObject({ name: ' Top ', sync: { edited: [] } });
    expect(body.sync).not.toHaveProperty('base');
  });

  it('of a field that no list shows is marked as such', async () => {
    const before = await read('campaigns', '4');
    const { body } = await patch('campaigns', '4', { notes: 'mine' });

    expect(before.body.sync).not.toHaveProperty('unverifiable');
    expect(body).toMatchObject({ notes: 'mine', sync: { edited: ['notes'], unverifiable: ['notes'] } });
  });

  it('takes away a value with null', async () => {
    const { body } = await patch('campaigns', '4', { end_date: null, weight: 'high' });

    expect(body).toMatchObject({
      end_date: null,
      weight: 'high',
      sync: { base: { end_date: '2026-01-31', weight: 'default' } },
    });
  });

  it.each([
    ['zones', '7', { self_serve: true }, 'self_serve', 'cannot be changed through the Broadstreet API'],
    ['zones', '7', { network_id: 2 }, 'network_id', 'cannot be changed through the Broadstreet API'],
    ['zones', '7', { name: null }, 'name', 'must have a value'],
    ['zones', '7', { name: { $ne: '' } }, 'name', 'expected string'],
    ['zones', '7', { colour: 'red' }, 'colour', 'is not a field of this kind'],
    ['zones', '7', { sync: {} }, 'sync', 'is not a field of this kind'],
    ['zones', '7', { $set: {} }, '$set', 'is not a field of this kind'],
    ['campaigns', '4', { end_date: 'soon' }, 'end_date', 'must be YYYY-MM-DD'],
    ['campaigns', '4', { weight: 3 }, 'weight', 'must be remnant, low'],
    ['networks', '1', { logo: 'javascript:alert(1)' }, 'logo', 'must be an http or https address'],
    ['placements', '4-2-7', { restrictions: 'phone' }, 'restrictions', 'Broadstreet has no way to update placements'],
    ['advertisements', '2', { name: 'New' }, 'name', 'Broadstreet has no way to update advertisements'],
  ] as [KindName, string, object, string, string][])('of %s %s refuses %j', async (kind, id, body, path, message) => {
    const before = (await read(kind, id)).body;
    const answer = await patch(kind, id, body);

    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect((await read(kind, id)).body).toEqual(before);
  });

  it('names every field that is wrong', async () => {
    const { body } = await patch('zones', '7', { alias: 5, self_serve: true, name: 'Fine' });

    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['alias', 'self_serve']);
  });

  it.each([[], 'x', null])('takes nothing but an object: %j', async (body) => {
    const answer = await t.http
      .patch('/api/zones/7')
      .set('content-type', 'application/json')
      .send(JSON.stringify(body));

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('is only made from the revision that If-Match names', async () => {
    const first = await patch('zones', '7', { alias: 'a' }, { 'if-match': '"3"' });
    const second = await patch('zones', '7', { alias: 'b' }, { 'if-match': '"3"' });

    expect([first.status, second.status, second.body.code]).toEqual([200, 412, 'revision_outdated']);
    expect(second.body.entity).toEqual(first.body);
    expect(second.headers.etag).toBe('"4"');
  });

  it('of many at once loses none', async () => {
    const fields = ['name', 'notes', 'pacing_type', 'end_date', 'max_impression_count'];
    const values: Record<string, unknown> = {
      name: 'N',
      notes: 'x',
      pacing_type: 'even',
      end_date: '2027-01-01',
      max_impression_count: 5,
    };

    await Promise.all(fields.map((field) => patch('campaigns', '4', { [field]: values[field] })));

    const { body } = await read('campaigns', '4');
    expect(body).toMatchObject(values);
    expect([...body.sync.edited].sort()).toEqual([...fields].sort());
  });

  it('with nothing in it changes nothing', async () => {
    const before = await read('zones', '7');
    const answer = await patch('zones', '7', {});

    expect([answer.status, answer.headers.etag]).toEqual([200, before.headers.etag]);
  });

  it.each(['8', 'x', '1-2-3'])('of what is not there is not found: %s', async (id) => {
    expect((await patch('zones', id, { name: 'New' })).status).toBe(404);
  });

  it('of what is to be deleted is refused', async () => {
    await remove('placements', '4-2-7');
    await remove('zones', '7');

    const answer = await patch('zones', '7', { name: 'New' });

    expect([answer.status, answer.body.code]).toEqual([409, 'deletion_planned']);
  });
});

describe('DELETE of an entity that exists remotely', () => {
  it('is planned, shows on the entity, and is as good asked for twice', async () => {
    const first = await remove('placements', '4-2-7');
    const second = await remove('placements', '4-2-7');

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toEqual({
      kind: 'placements',
      id: '4-2-7',
      name: null,
      removed: [{ kind: 'placements', id: '4-2-7', name: null }],
      along: [],
      drafts: [],
      requests: 1,
    });
    const { body, headers } = await read('placements', '4-2-7');
    expect(body.sync.deletion).toEqual({
      requested_at: expect.any(String),
      requested_by: 'api',
      part_of: null,
      with: null,
      sent: false,
    });
    expect(headers.etag).toBe(first.headers.etag);
  });

  it('names what hangs on it, here and there, and plans nothing', async () => {
    const draft = String((await t.store.locals.create('campaigns', { name: 'Draft', advertiser_id: 9 }))._id);
    const answer = await remove('advertisers', '9');

    expect([answer.status, answer.body.code]).toEqual([409, 'has_children']);
    expect(answer.body.detail).toMatch(/placement 4-2-7, campaign 4 "Spring".*1 local entity.*\?cascade=true/);
    expect(answer.body.children).toEqual([
      { scope: 'production', kind: 'placements', id: '4-2-7', name: null, goes_along: false },
      { scope: 'production', kind: 'campaigns', id: 4, name: 'Spring', goes_along: false },
      { scope: 'production', kind: 'advertisements', id: 2, name: 'Ad', goes_along: true },
      { scope: 'local', kind: 'campaigns', _id: draft, name: 'Draft' },
    ]);
    expect(await planned()).toEqual([]);
  });

  it('with cascade plans all of it, children first', async () => {
    const draft = String((await t.store.locals.create('campaigns', { name: 'Draft', advertiser_id: 9 }))._id);
    const answer = await remove('advertisers', '9', { cascade: 'true' });

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      removed: [
        { kind: 'placements', id: '4-2-7' },
        { kind: 'campaigns', id: 4 },
        { kind: 'advertisers', id: 9 },
      ],
      along: [{ kind: 'advertisements', id: 2 }],
      drafts: [{ kind: 'campaigns', _id: draft, name: 'Draft' }],
      // Each list that shows whether anybody has hung something on it, and the removals.
      requests: 1 + 2 + 3,
    });
    expect(await planned()).toEqual(['advertisers 9', 'advertisements 2', 'campaigns 4', 'placements 4-2-7']);
    expect((await read('advertisements', '2')).body.sync.deletion).toMatchObject({
      with: { kind: 'advertisers', id: 9 },
    });
    expect((await read('placements', '4-2-7')).body.sync.deletion).toMatchObject({
      part_of: { kind: 'advertisers', id: 9 },
    });
    expect(await t.store.locals.get('campaigns', draft)).not.toBeNull();
  });

  it('names what has come since, and plans that too', async () => {
    await remove('advertisers', '9', { cascade: 'true' });
    await put('campaigns', { id: 5, name: 'New', advertiser_id: 9, network_id: 1 });

    const refused = await remove('advertisers', '9');
    const accepted = await remove('advertisers', '9', { cascade: 'true' });

    expect([refused.status, refused.body.children]).toMatchObject([409, [{ kind: 'campaigns', id: 5 }]]);
    expect(accepted.status).toBe(202);
    expect(await planned()).toContain('campaigns 5');
  });

  it.each([
    ['networks', '1', 'cannot delete networks'],
    ['advertisements', '2', 'they go when their advertiser is deleted'],
  ] as [KindName, string, string][])('of %s is refused with the reason', async (kind, id, reason) => {
    for (const query of [{}, { cascade: 'true' }]) {
      const answer = await remove(kind, id, query);

      expect([answer.status, answer.body.code]).toEqual([422, 'cannot_be_removed']);
      expect(answer.body.detail).toContain(reason);
    }
    expect(await planned()).toEqual([]);
  });

  it('is only planned for the revision that If-Match names', async () => {
    const answer = await remove('placements', '4-2-7', {}, { 'if-match': '"1"' });

    expect([answer.status, answer.body.code, answer.headers.etag]).toEqual([412, 'revision_outdated', '"3"']);
    expect((await remove('placements', '4-2-7', {}, { 'if-match': '"3"' })).status).toBe(202);
  });

  it.each([
    ['8', {}, 404],
    ['7', { cascade: 'maybe' }, 422],
    ['7', { force: 'true' }, 422],
  ])('of zone %s with %j: %s', async (id, query, status) => {
    expect((await remove('zones', id, query as Record<string, string>)).status).toBe(status);
  });
});

describe('what was to be deleted', () => {
  it('is kept with all that was a part of it', async () => {
    await remove('advertisers', '9', { cascade: 'true' });

    const answer = await keep('advertisers', '9');

    expect([answer.status, answer.body.sync.deletion]).toEqual([200, undefined]);
    expect(await planned()).toEqual([]);
    expect((await keep('advertisers', '9')).status).toBe(200);
  });

  it('is not kept while what it hangs on is to be deleted', async () => {
    await remove('advertisers', '9', { cascade: 'true' });

    const answer = await keep('placements', '4-2-7');

    expect([answer.status, answer.body.code]).toEqual([409, 'deletion_planned']);
    expect(answer.body.detail).toContain('/api/campaigns/4/keep');
  });

  it('leaves alone what was to be deleted for itself', async () => {
    await remove('placements', '4-2-7');
    await remove('advertisers', '9', { cascade: 'true' });

    await keep('advertisers', '9');

    expect(await planned()).toEqual(['placements 4-2-7']);
  });

  it('cannot be kept any more once its request has left', async () => {
    await remove('placements', '4-2-7');
    await t.db
      .collection<{ _id: string }>('placements')
      .updateOne({ _id: '4-2-7' }, { $set: { 'sync.deletion.sent_at': new Date() } });

    const answer = await keep('placements', '4-2-7');

    expect([answer.status, answer.body.code]).toEqual([409, 'being_removed']);
  });

  it('that is not there is not found', async () => {
    expect((await keep('zones', '8')).status).toBe(404);
  });
});
