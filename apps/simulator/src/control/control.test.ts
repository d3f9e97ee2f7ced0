import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { request, startAccount } from '../testing/start-account.ts';

describe('the control interface', () => {
  it('notes every write in order, with its outcome', async () => {
    const account = await startAccount({ account: 'R' });

    await account.api('POST', '/zones?network_id=9007', { name: 'A' });
    await account.api('POST', '/zones?network_id=9007', {});
    await account.api('POST', '/placements', { campaign_id: 760001, advertisement_id: 1120026, zone_id: 180004 });
    await account.api('GET', '/networks');

    const answered = true;
    await vi.waitFor(async () =>
      expect((await account.control('GET', '/journal')).body).toMatchObject({
        dropped: 0,
        items: [
          { seq: 1, path: '/zones', body: { name: 'A' }, status: 201, committed: true, kind: 'zones', answered },
          { seq: 2, path: '/zones', body: {}, status: 422, committed: false, kind: null, id: null, answered },
          { seq: 3, path: '/placements', committed: true, key: { zone_id: 180004 }, answered },
        ],
      }),
    );
    expect((await account.control('GET', '/journal?after=2')).body).toMatchObject({ items: [{ seq: 3 }] });
  });

  it('counts requests by route and status, in any second and in flight', async () => {
    const account = await startAccount({ account: 'R', settings: { latency_ms: 30 } });

    await Promise.all(Array.from({ length: 5 }, () => account.api('GET', '/zones?network_id=9007')));
    await account.api('GET', '/zones/1');

    expect((await account.control('GET', '/stats')).body).toEqual({
      total: 6,
      by_route: { 'GET /zones': { 200: 5 }, 'GET /zones/{id}': { 404: 1 } },
      by_status: { 200: 5, 404: 1 },
      rate_limited: 0,
      unanswered: 0,
      most_in_one_second: 6,
      most_in_flight: 5,
      in_flight: 0,
    });
    await account.control('POST', '/stats/reset');
    expect((await account.control('GET', '/stats')).body).toMatchObject({ total: 0, most_in_flight: 0 });
  });

  it('gives the latency as time between arrival and end', async () => {
    const account = await startAccount({ account: 'R', settings: { latency_ms: 30 } });

    await account.api('GET', '/networks');
    const { body } = await account.control('GET', '/requests');
    const [entry] = z.object({ items: z.array(z.object({ at: z.number(), ended_at: z.number() })) }).parse(body).items;

    expect((entry?.ended_at ?? 0) - (entry?.at ?? 0)).toBeGreaterThanOrEqual(29);
  });

  it('tells duplicates that the API made from those of the seed', async () => {
    const account = await startAccount({ account: 'R' });
    const placement = { campaign_id: 760001, advertisement_id: 1120026, zone_id: 180017 };

    const before = await account.control('GET', '/duplicates');
    await account.api('POST', '/advertisers?network_id=9014', { name: ' SUPI kecamegifo' });
    await account.api('POST', '/placements', placement);
    const { body } = await account.control('GET', '/duplicates');

    expect(before.body).toMatchObject({ created: 0 });
    expect(body).toMatchObject({ created: 2 });
    expect(z.object({ groups: z.array(z.unknown()) }).parse(body).groups).toContainEqual({
      kind: 'advertisers',
      parent: { network_id: 9014 },
      name: 'supi kecamegifo',
      rows: [
        { id: 210001, name: 'Supi Kecamegifo', origin: 'seed' },
        { id: expect.any(Number), name: ' SUPI kecamegifo', origin: 'api' },
      ],
      created: 1,
    });
  });

  it('edits the account uncounted', async () => {
    const account = await startAccount({ account: 'R' });
    const edit = (body: object) => account.control('POST', '/edit', body);
    const zone = { kind: 'zones', fields: { network_id: 9007, name: 'A' } };
    const placement = { campaign_id: 760001, advertisement_id: 1120026, zone_id: 180017 };

    expect(await edit({ ...zone, op: 'insert' })).toMatchObject({ status: 200, body: { row: { name: 'A' } } });
    expect(await edit({ kind: 'zones', op: 'update', id: 180004, fields: { name: 'B' } })).toMatchObject({
      body: { row: { id: 180004, name: 'B', network_id: 9007 } },
    });
    expect(await edit({ kind: 'placements', op: 'remove', fields: placement })).toMatchObject({
      body: { row: placement },
    });
    const edits = [
      { kind: 'zones', op: 'remove', id: 180004 },
      { kind: 'zones', op: 'remove', id: 180004 },
    ];
    expect(await account.control('POST', '/edits', { edits: edits.slice(1) })).toMatchObject({ status: 204 });
    expect(await account.control('POST', '/edits', { edits })).toMatchObject({ status: 422 });
    expect((await account.control('GET', '/stats')).body).toMatchObject({ total: 0 });
    expect((await account.control('GET', '')).body).toMatchObject({ rows: { zones: 649 } });
  });

  it.each([
    ['PUT', '', { account: 'X' }, 422],
    ['PUT', '', { account: 'L', size: 3 }, 422],
    ['PATCH', '/settings', { latency: 3 }, 422],
    ['POST', '/edit', { kind: 'zones', op: 'insert', fields: { network_id: 1, name: 'A' } }, 422],
    ['POST', '/edit', { kind: 'zones', op: 'update', id: 1, fields: {} }, 422],
    ['POST', '/edit', { kind: 'zones', op: 'update', id: 180004, fields: { colour: 'red' } }, 422],
    ['DELETE', '/faults/7', undefined, 404],
    ['GET', '/nothing', undefined, 404],
  ])('%s %s %o answers %i and says why', async (method, path, body, status) => {
    const account = await startAccount({ account: 'R' });

    const answered = await account.control(method, path, body);

    expect(answered.status).toBe(status);
    expect(answered.body).toEqual(
      status === 404
        ? { message: expect.any(String) }
        : { errors: [{ path: expect.any(String), message: expect.any(String) }] },
    );
  });

  it('leaves settings as they are that a change does not name', async () => {
    const account = await startAccount({ account: 'R', settings: { latency_ms: 1, unique_names: true } });

    expect(await account.control('PATCH', '/settings', { latency_ms: 2 })).toMatchObject({
      body: { latency_ms: 2, unique_names: true },
    });
  });

  it('knows no account without its token', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await request('GET', `${account.url}/control/accounts/other/state`)).toMatchObject({ status: 404 });
  });
});
