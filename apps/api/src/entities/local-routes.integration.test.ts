import { api, type Route } from '@broadstreet-sync/contract';
import { type EntityKind, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import { localCollection } from '@broadstreet-sync/store';
import { ObjectId } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, planIntent, sendIntent } from '../testing/api-bed.ts';

let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterEach(() => t.clear());
afterAll(() => t.close());

function of(routes: readonly Route[], kind: string): Route {
  const route = routes.find((candidate) => candidate.kind === kind);
  if (route === undefined) throw new Error(`${kind} has no such route`);
  return route;
}

/** Something that the API takes, for every kind. */
function sampleOf(kind: EntityKind): Record<string, unknown> {
  const parents = kind.parents.map((name, at) => [parentField(name), at === 0 ? 5 : 'f'.repeat(24)]);
  return { ...Object.fromEntries(parents), ...('name' in kind.fields.shape ? { name: '  Émile & Söhne ' } : {}) };
}

async function create(kind: string, body: object): Promise<string> {
  return (await t.call(of(api.createLocal, kind), { body })).body._id;
}

describe.each(Object.values(kinds))('local $name', (kind) => {
  it('are made, read, changed, listed and deleted', async () => {
    const sample = sampleOf(kind);
    const made = await t.call(of(api.createLocal, kind.name), { body: sample });
    const params = { _id: made.body._id };
    const read = await t.call(of(api.getLocal, kind.name), { params });
    const [parent] = kind.parents.map(parentField);
    const patch = parent === undefined ? { name: 'Other' } : { [parent]: 6 };
    const headers = { 'if-match': read.headers.etag };
    const changed = await t.call(of(api.updateLocal, kind.name), { params, body: patch, headers });
    const list = await t.call(of(api.listLocal, kind.name));
    const removed = await t.call(of(api.removeLocal, kind.name), { params });
    const gone = await t.call(of(api.getLocal, kind.name), { params });

    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`/api/local/${kind.name}/${made.body._id}`);
    expect(made.body).toMatchObject({ ...sample, created_locally: true, synced_with_api: false, sync_errors: [] });
    expect(read.body).toEqual(made.body);
    expect(changed.body).toMatchObject({ ...sample, ...patch, _id: made.body._id });
    expect(changed.headers.etag).not.toBe(read.headers.etag);
    expect(list.body).toMatchObject({ items: [changed.body], total: 1, next: null });
    expect([removed.status, gone.status]).toEqual([204, 404]);
  });

  it('may be incomplete, and say what is missing', async () => {
    const { status, body } = await t.call(of(api.createLocal, kind.name), { body: {} });

    const missing = new Set(body.problems.map((problem: { path: string }) => problem.path));
    expect(status).toBe(201);
    for (const field of kind.create.required) expect(missing).toContain(field);
  });

  it('refuse fields that there are not, and values of the wrong sort', async () => {
    const fields = Object.keys(kind.fields.shape);
    const body = { ...Object.fromEntries(fields.map((field) => [field, { $ne: null }])), synced_with_api: true, x: 1 };
    const answer = await t.call(of(api.createLocal, kind.name), { body });

    const named = answer.body.errors.map((error: { path: string }) => error.path);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
    expect(new Set(named)).toEqual(new Set([...fields, 'synced_with_api', 'x']));
    expect(await t.db.collection(localCollection(kind.name)).countDocuments()).toBe(0);
  });

  it('that another tool inserted are drafts like any other', async () => {
    const _id = new ObjectId();
    const collection = t.db.collection(localCollection(kind.name));
    await collection.insertOne({ _id, ...sampleOf(kind), colour: 'red', sync_errors: null });
    const params = { _id: _id.toHexString() };
    const read = await t.call(of(api.getLocal, kind.name), { params });
    const [parent] = kind.parents.map(parentField);
    const patch = parent === undefined ? { name: 'Other' } : { [parent]: 6 };
    const headers = { 'if-match': read.headers.etag };
    const changed = await t.call(of(api.updateLocal, kind.name), { params, body: patch, headers });

    expect(read.body).toMatchObject({ ...sampleOf(kind), created_locally: true, sync_errors: [], colour: 'red' });
    expect(read.body.created_at).toBe(_id.getTimestamp().toISOString());
    expect(read.body.problems).toContainEqual({ path: 'colour', message: 'is not a field of this kind' });
    expect([changed.status, changed.body.colour]).toEqual([200, 'red']);
  });

  it('that were exported are to be found at their new address', async () => {
    const _id = 'e'.repeat(24);
    const key = kind.identity.map((_, at) => at + 1).join('-');
    const at = { run_id: 'run', created_at: new Date() };
    const id = `${kind.name}:${_id}`;
    await t.db
      .collection<{ _id: string; [field: string]: unknown }>('id_map')
      .insertOne({ _id: id, kind: kind.name, local_id: _id, remote_id: key, ...at });
    for (const route of [api.getLocal, api.updateLocal, api.removeLocal]) {
      const answer = await t.call(of(route, kind.name), { params: { _id }, body: {} });

      expect([answer.status, answer.headers.location]).toEqual([308, `/api/${kind.name}/${key}`]);
    }
    const mapped = await t.call(api.getIdMap[0], { params: { kind: kind.name, _id } });

    expect(mapped.body.remote_id).toBe(kind.identity.length === 1 ? 1 : key);
  });
});

describe('a change of a local entity', () => {
  it('that was made from an outdated one is refused, with the entity as it is', async () => {
    const _id = await create('zones', { name: 'Top', network_id: 1 });
    const route = of(api.updateLocal, 'zones');
    const read = await t.call(of(api.getLocal, 'zones'), { params: { _id } });
    await t.call(route, { params: { _id }, body: { name: 'Upper' } });
    const headers = { 'if-match': read.headers.etag };
    const late = await t.call(route, { params: { _id }, body: { alias: 'top' }, headers });
    const lateRemoval = await t.call(of(api.removeLocal, 'zones'), { params: { _id }, headers });
    const again = await t.call(route, {
      params: { _id },
      body: { alias: 'top' },
      headers: { 'if-match': late.headers.etag },
    });

    expect([late.status, late.body.code, late.body.entity.name]).toEqual([412, 'revision_outdated', 'Upper']);
    expect(lateRemoval.status).toBe(412);
    expect([again.status, again.body.alias]).toEqual([200, 'top']);
  });

  it('that another tool made in between counts as one', async () => {
    const _id = await create('zones', { name: 'Top' });
    const read = await t.call(of(api.getLocal, 'zones'), { params: { _id } });
    await t.db.collection('local_zones').updateOne({ _id: new ObjectId(_id) }, { $set: { name: 'Theirs' } });
    const headers = { 'if-match': read.headers.etag };
    const late = await t.call(of(api.updateLocal, 'zones'), { params: { _id }, body: { name: 'Ours' }, headers });

    expect([late.status, late.body.entity.name]).toEqual([412, 'Theirs']);
  });

  it('from twenty at once with one tag is made once', async () => {
    const _id = await create('zones', { name: 'Top' });
    const { headers } = await t.call(of(api.getLocal, 'zones'), { params: { _id } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const body = { alias: `a${at}` };
        return t.call(of(api.updateLocal, 'zones'), { params: { _id }, body, headers: { 'if-match': headers.etag } });
      }),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  });

  it('removes a field that is given as null, and leaves the others', async () => {
    const _id = await create('zones', { name: 'Top', alias: 'top' });
    const { body } = await t.call(of(api.updateLocal, 'zones'), { params: { _id }, body: { alias: null } });

    expect(body).not.toHaveProperty('alias');
    expect(body.name).toBe('Top');
    expect(await t.db.collection('local_zones').findOne({ alias: { $exists: true } })).toBeNull();
  });

  it('keeps text that looks like an expression as text', async () => {
    const _id = await create('zones', { name: '$alias', alias: 'x' });
    const { body } = await t.call(of(api.updateLocal, 'zones'), { params: { _id }, body: { alias: '$name' } });

    expect([body.name, body.alias]).toEqual(['$alias', '$name']);
  });
});

describe('a local entity that has been sent', () => {
  it('is neither changed nor deleted until its answer is known', async () => {
    const id = await create('zones', { name: 'Top', network_id: 5 });
    const params = { _id: id };
    await planIntent(t.store, 'zones', id);
    expect((await t.call(of(api.updateLocal, 'zones'), { params, body: { alias: 'top' } })).status).toBe(200);
    await sendIntent(t.store, id);

    const changed = await t.call(of(api.updateLocal, 'zones'), { params, body: { alias: 'other' } });
    const removed = await t.call(of(api.removeLocal, 'zones'), { params });

    expect([changed.status, removed.status]).toEqual([409, 409]);
    expect(changed.body).toMatchObject({ code: 'being_exported', detail: expect.stringContaining(id) });
    expect((await t.call(of(api.getLocal, 'zones'), { params })).body).toMatchObject({ alias: 'top' });
  });

  it('keeps all that was to be deleted with it', async () => {
    const advertiser = await create('advertisers', { name: 'A', network_id: 1 });
    const campaign = await create('campaigns', { name: 'C', advertiser_id: advertiser });
    const ad = await create('advertisements', { name: 'Ad', advertiser_id: advertiser });
    await planIntent(t.store, 'advertisements', ad);
    await sendIntent(t.store, ad);

    const refused = await t.call(of(api.removeLocal, 'advertisers'), {
      params: { _id: advertiser },
      query: { cascade: 'true' },
    });

    expect([refused.status, refused.body.code]).toEqual([409, 'being_exported']);
    expect(await t.store.locals.get('advertisers', advertiser)).not.toBeNull();
    expect(await t.store.locals.get('campaigns', campaign)).not.toBeNull();
  });
});

describe('the deletion of a local entity that others refer to', () => {
  it('is refused and names them; with cascade it takes them along', async () => {
    const network = await create('networks', { name: 'N' });
    const advertiser = await create('advertisers', { name: 'A', network_id: network });
    const campaign = await create('campaigns', { name: 'C', advertiser_id: advertiser });
    const other = await create('advertisers', { name: 'B', network_id: 7 });
    const params = { _id: network };
    const refused = await t.call(of(api.removeLocal, 'networks'), { params });
    const removed = await t.call(of(api.removeLocal, 'networks'), { params, query: { cascade: 'true' } });

    expect([refused.status, refused.body.code]).toEqual([409, 'has_children']);
    expect(refused.body.children).toEqual([{ kind: 'advertisers', _id: advertiser, name: 'A' }]);
    expect(refused.body.detail).toContain(`advertisers/${advertiser}`);
    expect(removed.status).toBe(204);
    for (const [kind, _id] of [
      ['networks', network],
      ['advertisers', advertiser],
      ['campaigns', campaign],
    ] as const) {
      expect((await t.call(of(api.getLocal, kind), { params: { _id } })).status).toBe(404);
    }
    expect((await t.call(of(api.getLocal, 'advertisers'), { params: { _id: other } })).status).toBe(200);
  });
});

describe('the list of local entities', () => {
  it('is searched, filtered, sorted and paged', async () => {
    const parent = 'd'.repeat(24);
    await create('zones', { name: 'Übersicht (1)', network_id: 1 });
    await create('zones', { name: 'alpha', network_id: parent });
    await create('zones', { name: 'Beta', network_id: 1 });
    const names = async (query: Record<string, string>) => {
      const { body } = await t.call(of(api.listLocal, 'zones'), { query });
      return body.items.map((item: { name: string }) => item.name);
    };

    expect(await names({})).toEqual(['Übersicht (1)', 'alpha', 'Beta']);
    expect(await names({ q: 'übersicht (' })).toEqual(['Übersicht (1)']);
    expect(await names({ q: '.*' })).toEqual([]);
    expect(await names({ network_id: '1', sort: 'name' })).toEqual(['Beta', 'Übersicht (1)']);
    expect(await names({ network_id: parent })).toEqual(['alpha']);
    expect(await names({ sort: '-created_at', limit: '1' })).toEqual(['Beta']);
  });
});

describe('an address of a local entity', () => {
  it.each(['x', '1', 'g'.repeat(24), '$ne', '%00'])('that cannot be is not found: %s', async (_id) => {
    for (const kind of kindNames) expect((await t.http.get(`/api/local/${kind}/${_id}`)).status).toBe(404);
  });
});
