import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { request, startAccount } from './testing/start-account.ts';

const ids = z.object({ zone: z.object({ id: z.number() }) });

describe('a token', () => {
  it('that no account has answers 401', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await request('GET', `${account.url}/api/1/networks?access_token=other`)).toMatchObject({ status: 401 });
    expect(await request('GET', `${account.url}/api/1/networks`)).toMatchObject({ status: 401 });
    expect((await request('GET', `${account.url}/control/stats`)).body).toEqual({ unauthorized: 2 });
  });

  it('is an account of its own', async () => {
    const account = await startAccount({ account: 'bare' });
    const other = `${account.url}/control/accounts/other`;

    expect(await request('PUT', other, { account: 'empty' })).toMatchObject({ status: 201 });
    expect(await request('GET', `${account.url}/api/1/networks?access_token=other`)).toMatchObject({
      body: { networks: [] },
    });
    expect(await request('DELETE', other)).toMatchObject({ status: 204 });
    expect(await request('GET', other)).toMatchObject({ status: 404 });
  });

  it('stands in no log of requests and writes', async () => {
    const account = await startAccount({ account: 'R' });

    await account.api('POST', '/zones?network_id=9007', { name: 'A' });
    const logs = [await account.control('GET', '/requests'), await account.control('GET', '/journal')];

    expect(JSON.stringify(logs.map(({ body }) => body))).not.toContain('token');
    expect(logs[0]?.body).toMatchObject({ items: [{ route: 'POST /zones', query: { network_id: '9007' } }] });
  });
});

describe('an address that cannot be read', () => {
  it('answers 4xx', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await account.api('GET', '/zones/%E0')).toMatchObject({ status: 400 });
    expect(await account.api('GET', '/zones/1;DROP')).toMatchObject({ status: 404 });
  });
});

describe('a list', () => {
  it('of R has rows as the real API gives them', async () => {
    const account = await startAccount({ account: 'R' });

    const { body } = await account.api('GET', '/campaigns?advertiser_id=210001');

    expect(z.object({ campaigns: z.array(z.unknown()) }).parse(body).campaigns[0]).toEqual({
      id: 760001,
      name: 'Supi Kecamegifo: 11 / 2024 Gilenob',
      advertiser_id: 210001,
      start_date: null,
      end_date: null,
      max_impression_count: null,
      display_type: null,
      active: true,
      weight: 'default',
      path: '/networks/9014/advertisers/210001/campaigns/760001',
    });
  });

  it('of placements has the envelope that is set', async () => {
    const account = await startAccount({ account: 'R' });
    const rows = [{ advertisement_id: 1120026, zone_id: 180017, restrictions: [] }];

    for (const [envelope, body] of [
      ['array', rows],
      ['placements', { placements: rows }],
      ['placement', { placement: rows }],
    ]) {
      await account.control('PATCH', '/settings', { placements_envelope: envelope });
      expect((await account.api('GET', '/placements?campaign_id=760001')).body).toEqual(body);
    }
  });

  it.each([
    ['/zones', 422],
    ['/zones?network_id=x', 422],
    ['/zones?network_id=1', 404],
    ['/campaigns', 422],
    ['/campaigns?advertiser_id=210001&zone_id=180017', 422],
    ['/nothing', 404],
    ['/zones/', 404],
  ])('%s answers %i', async (path, status) => {
    const account = await startAccount({ account: 'R' });

    expect(await account.api('GET', path)).toMatchObject({ status });
  });
});

describe('a create', () => {
  it('keeps the name exactly, and makes an id that no kind has', async () => {
    const account = await startAccount({ account: 'R' });

    const created = await account.api('POST', '/zones?network_id=9007', { name: ' Zoné\n' });
    const again = await account.api('POST', '/zones?network_id=9007', { name: ' Zoné\n' });

    expect(created.body).toEqual({ zone: { id: expect.any(Number), name: ' Zoné\n', alias: null, self_serve: false } });
    expect(ids.parse(created.body).zone.id).toBeGreaterThan(1_120_408);
    expect(ids.parse(again.body).zone.id).not.toBe(ids.parse(created.body).zone.id);
  });

  it('answers 422 with a message for each field', async () => {
    const account = await startAccount({ account: 'R' });

    const campaign = { start_date: '31.01.2026', weight: 'high', display_type: 'often', colour: 'red' };
    const { status, body } = await account.api('POST', '/campaigns?advertiser_id=210001', campaign);

    expect(status).toBe(422);
    expect(body).toEqual({
      errors: {
        name: "can't be blank",
        start_date: 'is not a date like 2026-01-31 or 2026-01-31 23:59:59',
        weight: 'is not included in the list',
        display_type: 'is not included in the list',
        colour: 'is not a field',
      },
    });
  });

  it('reads a campaign back as the API does: days, a word for the weight, no write-only fields', async () => {
    const account = await startAccount({ account: 'R' });

    const campaign = { name: 'A', start_date: '2026-01-31 10:00:00', weight: 1.5, pacing_type: 'even', notes: 'n' };
    const { body } = await account.api('POST', '/campaigns?advertiser_id=210001', campaign);
    const { id } = z.object({ campaign: z.object({ id: z.number() }) }).parse(body).campaign;
    const state = z.object({ campaigns: z.array(z.object({ id: z.number(), hidden: z.unknown() })) });
    const { campaigns } = state.parse((await account.control('GET', '/state?hidden=true')).body);

    expect(body).toMatchObject({ campaign: { start_date: '2026-01-31', end_date: null, weight: 'high' } });
    expect(body).not.toHaveProperty('campaign.notes');
    expect(campaigns.find((row) => row.id === id)?.hidden).toEqual({
      start_date: '2026-01-31 10:00:00',
      pacing_type: 'even',
      notes: 'n',
    });
  });

  it('accepts a taken name, unless names are unique', async () => {
    const account = await startAccount({ account: 'R', settings: { unique_names: true } });
    const twin = { name: ' wub kohud TOP biratucaku banner ' };

    const refused = await account.api('POST', '/zones?network_id=9014', twin);
    await account.control('PATCH', '/settings', { unique_names: false });

    expect(refused).toMatchObject({ status: 422, body: { errors: { name: ['has already been taken'] } } });
    expect(await account.api('POST', '/zones?network_id=9014', twin)).toMatchObject({ status: 201 });
  });

  it('refuses an alias that another zone of the network has', async () => {
    const account = await startAccount({ account: 'R' });
    const zone = { name: 'A', alias: 'nogo-top' };

    expect(await account.api('POST', '/zones?network_id=9014', zone)).toMatchObject({
      status: 422,
      body: { errors: { alias: ['has already been taken'] } },
    });
    expect(await account.api('POST', '/zones?network_id=9007', zone)).toMatchObject({ status: 201 });
    expect(await account.api('PUT', '/zones/180010', zone)).toMatchObject({ status: 200 });
  });

  it.each([
    ['/zones?network_id=1', { name: 'A' }, 404],
    ['/advertisements?advertiser_id=1', { type: 'html', name: 'A', destination: 'https://a.example' }, 404],
    ['/placements', { campaign_id: 1, advertisement_id: 1120026, zone_id: 180004 }, 422],
    ['/placements', { campaign_id: 760001, advertisement_id: 1120026 }, 422],
  ])('of %s %o without its parent answers %i', async (path, body, status) => {
    const account = await startAccount({ account: 'R' });

    expect(await account.api('POST', path, body)).toMatchObject({ status });
  });

  it('without a JSON object answers 400', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await account.api('POST', '/zones?network_id=9007', [])).toMatchObject({ status: 400 });
  });
});

describe('an ad', () => {
  it('is active while it is in a placement of an active campaign', async () => {
    const account = await startAccount({ account: 'R' });
    const advertisement = z.object({ id: z.number(), active_placement: z.boolean() });
    const isActive = async () => {
      const { body } = await account.api('GET', '/advertisements?network_id=9014&advertiser_id=210001');
      return z
        .object({ advertisements: z.array(advertisement) })
        .parse(body)
        .advertisements.find(({ id }) => id === 1120005)?.active_placement;
    };
    const placement = { campaign_id: 760001, advertisement_id: 1120005, zone_id: 180017 };

    const before = await isActive();
    await account.api('POST', '/placements', placement);
    const placed = await isActive();
    await account.api('PUT', '/campaigns/760001', { paused: true });

    expect([before, placed, await isActive()]).toEqual([false, true, false]);
  });
});

describe('a removal', () => {
  it('takes along what hangs on it', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await account.api('DELETE', '/advertisers/210001')).toMatchObject({ status: 204, body: undefined });
    const { body } = await account.control('GET', '/state');
    const left = z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).parse(body);

    expect(left.campaigns?.filter((row) => row.advertiser_id === 210001)).toEqual([]);
    expect(left.advertisements?.filter((row) => row.advertiser_id === 210001)).toEqual([]);
    expect(left.placements?.filter((row) => row.campaign_id === 760001)).toEqual([]);
    expect(await account.api('DELETE', '/advertisers/210001')).toMatchObject({ status: 404 });
  });

  it('of a placement needs its three ids', async () => {
    const account = await startAccount({ account: 'R' });
    const path = '/placements?campaign_id=760001&advertisement_id=1120026&zone_id=180017';

    expect(await account.api('DELETE', path)).toMatchObject({ status: 204 });
    expect(await account.api('DELETE', path)).toMatchObject({ status: 404 });
    expect(await account.api('DELETE', '/placements?campaign_id=760001')).toMatchObject({ status: 422 });
  });
});

describe('one row', () => {
  it('is bare as in the contract, or wrapped as clients have it', async () => {
    const account = await startAccount({ account: 'R' });

    const bare = await account.api('GET', '/zones/180010');
    await account.control('PATCH', '/settings', { single_envelope: 'wrapped', zone_network_id: true });

    expect(bare.body).toMatchObject({ id: 180010 });
    expect(bare.body).not.toHaveProperty('network_id');
    expect((await account.api('GET', '/zones/180010')).body).toMatchObject({ zone: { id: 180010, network_id: 9014 } });
  });

  it('of a network counts its advertisers and zones', async () => {
    const account = await startAccount({ account: 'R' });

    const { body } = await account.api('GET', '/networks/9014');

    expect(body).toMatchObject({ network: { id: 9014, advertiser_count: 5, zone_count: 8 } });
  });
});
