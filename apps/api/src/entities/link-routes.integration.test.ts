import { api, type Route } from '@broadstreet-sync/contract';
import { type EntityFields, entityKey, type KindName, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;
beforeAll(async () => {
  t = await createApiBed();
});
afterEach(() => t.clear());
afterAll(() => t.close());

const of = (routes: readonly Route[], kind: KindName): Route | undefined => routes.find((route) => route.kind === kind);

async function draft(kind: KindName, fields: EntityFields): Promise<string> {
  return (await t.store.locals.create(kind, fields))._id.toHexString();
}

async function imported(kind: KindName, fields: EntityFields): Promise<void> {
  const key = entityKey(kinds[kind], fields);
  await t.db.collection<{ _id: string }>(kind).insertOne(productionDocument(key, fields));
}

const candidates = (kind: KindName, _id: string) => t.call(of(api.listCandidates, kind), { params: { _id } });
const link = (kind: KindName, _id: string, body: object, headers = {}) => {
  return t.call(of(api.linkLocal, kind), { params: { _id }, body, headers });
};

/** A local entity of a kind and a remote one that gives the same, and how it is named. */
function samples(name: KindName): { local: EntityFields; remote: EntityFields; remote_id: number | string } {
  const kind = kinds[name];
  const parents = Object.fromEntries(kind.parents.map((parent, at) => [parentField(parent), at + 5]));
  const named = 'name' in kind.fields.shape ? { name: 'Top' } : {};
  const own = kind.identity.includes('id') ? { id: 77 } : {};
  const above = kind.list.namesParent === undefined ? {} : { [kind.list.namesParent.field]: 'Acme' };
  const remote = { network_id: 5, advertiser_id: 6, ...above, ...parents, ...named, ...own };
  return {
    local: { ...parents, ...named },
    remote,
    remote_id: kind.identity.includes('id') ? 77 : entityKey(kind, remote),
  };
}

describe.each(kindNames)('a local entity of %s', (kind) => {
  it('is linked to a remote one, and found there from then on', async () => {
    const { local, remote, remote_id } = samples(kind);
    const [id] = [await draft(kind, local), await imported(kind, remote)];
    const proposed = await candidates(kind, id);
    const answer = await link(kind, id, { remote_id });
    const again = await link(kind, id, { remote_id });
    const moved = await t.call(of(api.getLocal, kind), { params: { _id: id } });

    const address = `/api/${kind}/${remote_id}`;
    expect(proposed.body).toMatchObject({ total: 1, items: [{ remote_id, is_exact: true, address }] });
    expect([answer.status, answer.headers.location]).toEqual([200, address]);
    expect(answer.body).toMatchObject({ ...remote, created_locally: true, synced_with_api: true });
    expect([again.status, again.body]).toEqual([200, answer.body]);
    expect([moved.status, moved.headers.location]).toEqual([308, address]);
    expect(moved.body).toMatchObject({ remote_id, linked: true, run_id: null });
    expect((await candidates(kind, id)).body.code).toBe('already_linked');
  });
});

describe('proposals', () => {
  it('are what has the name, another unique value, or the name with a number; side by side', async () => {
    const id = await draft('zones', { name: ' Top (2) ', alias: 'Upper', network_id: 5 });
    await imported('zones', { id: 1, name: 'TOP', network_id: 5 });
    await imported('zones', { id: 2, name: 'Other', alias: 'upper', network_id: 5 });
    await imported('zones', { id: 3, name: 'top (2)', alias: 'x', network_id: 5 });
    await imported('zones', { id: 4, name: 'Top (2)', network_id: 6 });
    await imported('zones', { id: 5, name: 'Topper', network_id: 5 });
    const { body } = await candidates('zones', id);

    expect(body.items.map((item: { remote_id: number; match: string }) => [item.remote_id, item.match])).toEqual([
      [3, 'name'],
      [2, 'field'],
      [1, 'similar'],
    ]);
    expect(body.items[0]).toMatchObject({
      name: 'top (2)',
      is_exact: false,
      fields: [
        { field: 'name', local: 'Top (2)', remote: 'top (2)', is_equal: true },
        { field: 'alias', local: 'Upper', remote: 'x', is_equal: false },
      ],
    });
  });

  it('compare values in the forms that reads give, and say what lists do not show', async () => {
    const given = { start_date: '2026-03-01 08:00:00', weight: 1.5, notes: 'x' };
    const id = await draft('campaigns', { name: 'Spring', advertiser_id: 6, ...given });
    const row = { id: 50, name: 'Spring', start_date: '2026-03-01', weight: 'high', advertiser_id: 6, network_id: 5 };
    await imported('campaigns', row);
    const { body } = await candidates('campaigns', id);

    const equal = body.items[0].fields.map(({ field, is_equal }: Record<string, unknown>) => [field, is_equal]);
    expect(Object.fromEntries(equal)).toEqual({ name: true, start_date: true, weight: true, notes: null });
    expect(body.items[0].is_exact).toBe(false);
  });

  it('are none for what another has become, and none below a parent that is not there', async () => {
    const [first, second] = [
      await draft('zones', { name: 'Top', network_id: 5 }),
      await draft('zones', { name: 'Top', network_id: 5 }),
    ];
    await imported('zones', { id: 1, name: 'Top', network_id: 5 });
    await link('zones', first, { remote_id: 1 });
    const below = await draft('zones', { name: 'Top', network_id: await draft('networks', { name: 'Net' }) });

    expect((await candidates('zones', second)).body).toMatchObject({ items: [], note: null });
    expect((await candidates('zones', below)).body).toMatchObject({
      items: [],
      note: expect.stringContaining('network'),
    });
    expect((await candidates('zones', '0'.repeat(24))).status).toBe(404);
  });
});

describe('a link', () => {
  it('takes the parents of what has no id, as they are', async () => {
    const triple = { campaign_id: 5, advertisement_id: 6, zone_id: 7 };
    const id = await draft('placements', triple);
    await imported('placements', { ...triple, network_id: 5 });

    expect((await link('placements', id, { remote_id: { ...triple, zone_id: 8 } })).status).toBe(404);
    expect((await link('placements', id, { remote_id: triple })).status).toBe(200);
  });

  it('keeps local values as edits where it is asked to', async () => {
    const id = await draft('advertisers', { name: 'Acme', notes: 'by phone', network_id: 5 });
    await imported('advertisers', { id: 1, name: 'Acme', notes: 'by post', network_id: 5 });
    const { body } = await link('advertisers', id, { remote_id: 1, keep_local: true });

    expect(body).toMatchObject({ notes: 'by phone', sync: { edited: ['notes'] } });
  });

  it('refuses to where Broadstreet cannot update the kind', async () => {
    const { local, remote, remote_id } = samples('advertisements');
    const [id] = [await draft('advertisements', local), await imported('advertisements', remote)];
    const answer = await link('advertisements', id, { remote_id, keep_local: true });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'keep_local']);
  });

  it('is refused where who decided has seen another state', async () => {
    const id = await draft('zones', { name: 'Top', network_id: 5 });
    await imported('zones', { id: 1, name: 'Top', network_id: 5 });
    const { headers } = await t.call(of(api.getLocal, 'zones'), { params: { _id: id } });
    await t.store.locals.update('zones', id, { name: 'Other' });
    const outdated = await link('zones', id, { remote_id: 1 }, { 'if-match': headers.etag });
    const current = await link('zones', id, { remote_id: 1 }, { 'if-match': outdated.headers.etag });

    expect([outdated.status, outdated.body.code, outdated.body.entity.name]).toEqual([
      412,
      'revision_outdated',
      'Other',
    ]);
    expect(current.status).toBe(200);
  });

  it('is refused with the reason: nowhere, of another kind, of another parent, another’s', async () => {
    const [id, other] = [
      await draft('zones', { name: 'Top', network_id: 5 }),
      await draft('zones', { name: 'Top', network_id: 5 }),
    ];
    await imported('zones', { id: 1, name: 'Top', network_id: 5 });
    await imported('zones', { id: 2, name: 'Top', network_id: 6 });
    await imported('advertisers', { id: 3, name: 'Top', network_id: 5 });

    expect((await link('zones', '0'.repeat(24), { remote_id: 1 })).status).toBe(404);
    expect((await link('zones', id, { remote_id: 3 })).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await link('zones', id, { remote_id: 2 })).body).toMatchObject({
      status: 422,
      errors: [{ path: 'remote_id', message: '2 hangs on the network 6, and the local one on 5' }],
    });
    await link('zones', id, { remote_id: 1 });
    expect((await link('zones', other, { remote_id: 1 })).body).toMatchObject({
      status: 409,
      code: 'already_linked',
      local_id: id,
    });
    expect((await link('zones', id, { remote_id: 2 })).body).toMatchObject({
      status: 409,
      code: 'already_linked',
      location: '/api/zones/1',
    });
  });

  it('is refused while an export has sent the entity', async () => {
    const id = await draft('zones', { name: 'Top', network_id: 5 });
    await imported('zones', { id: 1, name: 'Top', network_id: 5 });
    const parents = { network_id: 5 };
    const plan = { local_id: id, kind: 'zones' as const, run_id: 'run', name_key: null, name: 'Top', sent_name: 'Top' };
    await t.store.intents.plan([{ ...plan, parents, ancestors: parents, content: '', payload: {}, before_ids: [] }]);
    const claimed = await t.store.intents.claim(id, 'worker', 60_000);
    if (claimed === null || claimed === 'twin') throw new Error('not claimed');
    await t.store.intents.sending(id, claimed.fence, 0, 1);
    const answer = await link('zones', id, { remote_id: 1 });

    expect([answer.status, answer.body.code]).toEqual([409, 'being_exported']);
    expect(await t.store.locals.get('zones', id)).not.toBeNull();
  });

  it.each([
    ['zones', {}, 'remote_id'],
    ['zones', { remote_id: '1' }, 'remote_id'],
    ['zones', { remote_id: 0 }, 'remote_id'],
    ['zones', { remote_id: { $ne: 1 } }, 'remote_id'],
    ['zones', { remote_id: 1, keep_local: 'yes' }, 'keep_local'],
    ['zones', { remote_id: 1, force: true }, 'force'],
    ['placements', { remote_id: 5 }, 'remote_id'],
    ['placements', { remote_id: '1-2' }, 'remote_id'],
    ['placements', { remote_id: { campaign_id: 1, advertisement_id: 2 } }, 'remote_id'],
  ] as const)('of %s names the field that is wrong: %j', async (kind, body, path) => {
    const answer = await link(kind, await draft(kind, {}), body);

    expect([answer.status, answer.body.code, answer.body.errors[0].path]).toEqual([422, 'invalid_input', path]);
  });
});
