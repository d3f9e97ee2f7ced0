import { api } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { ScopeDocument } from '@broadstreet-sync/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

const [early, late] = [new Date('2026-11-02T10:00:00Z'), new Date('2026-11-03T10:00:00Z')];
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());

function scopeOf(kind: KindName, scope: string, changes: Partial<ScopeDocument> = {}): ScopeDocument {
  return { _id: `${kind}:${scope}`, kind, scope, rows: 2, verified_at: early, run_id: 'reads', ...changes };
}

const error = { category: 'contract' as const, code: 'wrong_envelope', message: 'no zones in it', remedy: null };

beforeEach(async () => {
  await t.clear();
  const { db } = t;
  const networks = [1, 2, 3].map((id) => productionDocument(String(id), { id, name: `N${id}` }));
  await db.collection<{ _id: string }>('networks').insertMany(networks);
  const zones = [1, 2, 3].map((network_id) =>
    productionDocument(String(30 + network_id), { id: 30 + network_id, name: 'Z', network_id }),
  );
  await db.collection<{ _id: string }>('zones').insertMany(zones);
  await db
    .collection<ScopeDocument>('scopes')
    .insertMany([
      scopeOf('networks', 'account', { verified_at: late }),
      scopeOf('zones', '1', { churn: 0.25 }),
      scopeOf('zones', '2', { verified_at: late, failed_at: late, error }),
      scopeOf('zones', '3', { verified_at: null, failed_at: early, error, rows: 0 }),
    ]);
});

describe('the freshness of production', () => {
  it('is told for each kind', async () => {
    const { body } = await t.call(api.getFreshness[0]);

    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual([...kindNames]);
    expect(body.items.slice(0, 3)).toEqual([
      { kind: 'networks', lists: 1, never_read: 0, failed: 0, oldest: late.toISOString(), newest: late.toISOString() },
      { kind: 'advertisers', lists: 3, never_read: 3, failed: 0, oldest: null, newest: null },
      { kind: 'zones', lists: 3, never_read: 1, failed: 2, oldest: early.toISOString(), newest: late.toISOString() },
    ]);
  });

  it('comes with every list of a kind', async () => {
    const route = api.listProduction.find(({ kind }) => kind === 'zones');
    const { body } = await t.call(route, { query: { limit: '1' } });

    expect(body.freshness).toMatchObject({ kind: 'zones', lists: 3, oldest: early.toISOString() });
  });
});

describe('the lists that were asked for', () => {
  it('are shown with what went wrong, the longest unread first', async () => {
    const { body } = await t.call(api.listScopes[0], { query: { kind: 'zones' } });

    expect(body).toMatchObject({ total: 3, next: null });
    expect(body.items.map(({ scope }: { scope: string }) => scope)).toEqual(['3', '1', '2']);
    expect(body.items[0]).toEqual({
      kind: 'zones',
      scope: '3',
      rows: 0,
      verified_at: null,
      run_id: 'reads',
      churn: 0,
      failed_at: early.toISOString(),
      error,
    });
    expect(body.items[1]).toMatchObject({ churn: 0.25, failed_at: null, error: null });
  });

  it.each([
    ['read', ['account', '1', '2']],
    ['never_read', ['3']],
    ['failed', ['3', '2']],
  ])('are chosen by how they stand: %s', async (state, scopes) => {
    const { body } = await t.call(api.listScopes[0], { query: { state } });

    expect(body.items.map(({ scope }: { scope: string }) => scope).toSorted()).toEqual(scopes.toSorted());
  });

  it('are to be had as CSV', async () => {
    const { text, status } = await t.call(api.listScopes[0], { headers: { accept: 'text/csv' } });

    expect([status, text.split(/\r?\n/)[0]]).toEqual([200, 'kind,scope,rows,verified_at,run_id,churn,failed_at,error']);
  });
});

describe('an entity', () => {
  const verified = async (id: number) => {
    const route = api.getProduction.find(({ kind }) => kind === 'zones');
    return (await t.call(route, { params: { id: String(id) } })).body.sync.verified_at;
  };
  const written = '2026-11-01T10:00:00.000Z';

  it('was verified when its list was last read, also where that has failed since', async () => {
    expect([await verified(31), await verified(32)]).toEqual([early.toISOString(), late.toISOString()]);
  });

  it('was verified when it was written, where its list was never read, or earlier and by another run', async () => {
    expect(await verified(33)).toBe(written);
    const update = { $set: { synced_at: late, 'sync.run_id': 'exports' } };
    await t.db.collection<{ _id: string }>('zones').updateOne({ _id: '31' }, update);

    expect(await verified(31)).toBe(late.toISOString());
  });

  it('was verified when its list was asked for, not when what that changed was published', async () => {
    const update = { $set: { synced_at: late, 'sync.run_id': 'reads' } };
    await t.db.collection<{ _id: string }>('zones').updateOne({ _id: '31' }, update);

    expect(await verified(31)).toBe(early.toISOString());
  });

  it('says so in lists, too', async () => {
    const route = api.listProduction.find(({ kind }) => kind === 'zones');
    const { body } = await t.call(route);

    const times = body.items.map(({ sync }: { sync: { verified_at: string } }) => sync.verified_at);
    expect(times).toEqual([early.toISOString(), late.toISOString(), written]);
  });
});
