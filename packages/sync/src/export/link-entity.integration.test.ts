import { kinds } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 10, name: 'Acme ', web_home_url: 'https://acme.example/' });
  bed.remote.add('/campaigns', { advertiser_id: 10 }, { id: 50, name: 'Spring', start_date: '2026-03-01' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 30, name: 'Top' });
  await bed.importKinds('advertisers', 'campaigns', 'zones', 'placements');
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

const everything = { kinds: ['advertisers' as const, 'campaigns' as const, 'zones' as const], adopt: 'exact' as const };
const acme = { name: 'ACME', web_home_url: 'https://acme.example/', network_id: 1 };

async function addPair(fields: object = {}): Promise<{ advertiser: string; campaign: string }> {
  const advertiser = await bed.add('advertisers', { ...acme, ...fields });
  const campaign = await bed.add('campaigns', { name: 'Spring', start_date: '2026-03-01', advertiser_id: advertiser });
  return { advertiser, campaign };
}

describe('an export that adopts what is equal', () => {
  it('links it without a request, and what hangs on it finds its parent', async () => {
    const { advertiser, campaign } = await addPair();
    const fresh = await bed.add('campaigns', { name: 'Summer', start_date: '2026-06-01', advertiser_id: advertiser });

    const run = await bed.run(everything);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect(bed.remote.posts).toMatchObject([
      { path: '/campaigns', query: { advertiser_id: 10 }, body: { name: 'Summer' } },
    ]);
    expect(bed.remote.lists).toEqual(['/advertisers?network_id=1', '/campaigns?advertiser_id=10']);
    for (const [kind, id, key] of [
      ['advertisers', advertiser, '10'],
      ['campaigns', campaign, '50'],
    ] as const) {
      expect(await bed.local(kind, id)).toBeNull();
      expect(await bed.store.production.get(kind, key)).toMatchObject({ synced_with_api: true });
      expect((await bed.store.locals.mapped(kind, [id])).get(id)).toMatchObject({ linked: true, run_id: run._id });
    }
    expect(await bed.local('campaigns', fresh)).toBeNull();
    // It has a name list read, as any parent that existed before: what is there is not made again.
    expect(bed.remote.rows('/campaigns').map(({ name }) => name)).toEqual(['Spring', 'Summer']);
  });

  it('shows it in a dry run, and does the same from its plan', async () => {
    const { advertiser } = await addPair();

    const plan = await bed.run({ ...everything, dry_run: true });
    const { items } = await bed.store.plans.page({ run_id: plan._id, action: 'link' }, 0, 10);
    expect(items.map(({ kind, target, request }) => [kind, target, request])).toEqual([
      ['advertisers', '10', null],
      ['campaigns', '50', null],
    ]);
    expect(await bed.local('advertisers', advertiser)).not.toBeNull();

    expect(await bed.run({ ...everything, from_plan: plan._id })).toMatchObject({ status: 'succeeded' });
    expect(await bed.local('advertisers', advertiser)).toBeNull();
    expect(bed.remote.posts).toEqual([]);
  });

  it.each([
    ['differs', { web_home_url: 'https://other.example/' }],
    ['gives what lists do not show of it', { notes: 'x' }],
  ])('creates what %s', async (_, fields) => {
    await addPair(fields);

    await bed.run(everything);

    expect(bed.remote.posts.map(({ body }) => body?.name)).toEqual(['ACME (1)', 'Spring']);
  });

  it('creates where several there could be it, and the second of two here', async () => {
    bed.remote.add('/zones', { network_id: 1 }, { id: 31, name: 'top' });
    bed.remote.add('/zones', { network_id: 1 }, { id: 32, name: 'Side' });
    await bed.importKinds('zones');
    for (const name of ['Top', 'Side', 'Side']) await bed.add('zones', { name, network_id: 1 });

    await bed.run(everything);

    expect(bed.remote.posts.map(({ body }) => body?.name)).toEqual(['Top (1)', 'Side (1)']);
    expect(await bed.store.production.get('zones', '32')).toMatchObject({ synced_with_api: true });
  });

  it('does not where it is not asked to', async () => {
    const { advertiser } = await addPair();

    await bed.run({ ...everything, adopt: 'never' });

    expect(await bed.local('advertisers', advertiser)).toBeNull();
    expect(bed.remote.posts.map(({ body }) => body?.name)).toEqual(['ACME (1)', 'Spring']);
  });

  it('leaves what was edited after the plan as it is, with the reason', async () => {
    const { advertiser } = await addPair();
    const run = await bed.begin(everything);
    await bed.plan(run, 'advertisers');
    await bed.store.locals.update('advertisers', advertiser, { web_home_url: 'https://new.example/' });
    await bed.drive(run, 'advertisers');

    expect(await bed.local('advertisers', advertiser)).toMatchObject({
      sync_errors: [{ category: 'conflict', message: expect.stringContaining('no longer equal') }],
    });
    expect(await bed.store.production.get('advertisers', '10')).toMatchObject({ synced_with_api: false });
  });
});

describe('an entity that a person links while an export has it in hand', () => {
  it('is not created, and what hangs on it goes below the one that it is', async () => {
    const { advertiser } = await addPair();
    const run = await bed.begin({ kinds: ['advertisers', 'campaigns'] });
    await bed.plan(run, 'advertisers');
    await bed.store.link({ kind: kinds.advertisers, localId: advertiser, key: '10', runId: null, keepLocal: false });
    await bed.drive(run, 'advertisers');
    await bed.drive(run, 'campaigns');
    await finishRun(bed.context, run._id);

    expect(await bed.store.runs.get(run._id)).toMatchObject({ status: 'succeeded' });
    expect(bed.remote.posts).toMatchObject([
      { path: '/campaigns', query: { advertiser_id: 10 }, body: { name: 'Spring (1)' } },
    ]);
  });
});
