import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
});
afterEach(() => bed.close());

const addZone = (id: number, network_id = 1) => bed.remote.add('/zones', { network_id }, { id, name: `Z${id}` });
const addAdvertiser = (id: number, name = `A${id}`, network_id = 1) =>
  bed.remote.add('/advertisers', { network_id }, { id, name });
const addCampaign = (id: number, advertiser_id: number) =>
  bed.remote.add('/campaigns', { advertiser_id }, { id, name: `C${id}` });
const keys = async (kind: Parameters<SyncBed['production']>[0]) => (await bed.production(kind)).map(({ _id }) => _id);
const asked = (path: string) => bed.remote.lists.filter((list) => list.startsWith(path));

async function expectTask(run: RunDocument, kind: string, subject: string, fields: object): Promise<void> {
  expect(await bed.store.tasks.get(`${run._id}-${kind}-list-${subject}`)).toMatchObject(fields);
}

describe('an import of one kind', () => {
  it('reads the ancestors that were never read, and no others', async () => {
    addAdvertiser(10);
    addCampaign(20, 10);
    await bed.importKinds('networks');
    bed.remote.lists.length = 0;

    await bed.importKinds('campaigns');

    expect(asked('/networks')).toEqual([]);
    expect(asked('/advertisers')).toEqual(['/advertisers?network_id=1', '/advertisers?network_id=2']);
    expect(await keys('campaigns')).toEqual(['20']);
    bed.remote.lists.length = 0;
    await bed.importKinds('campaigns');
    expect(bed.remote.lists).toEqual(['/campaigns?advertiser_id=10']);
  });

  it('keeps to the networks of the settings: of others it reads and changes nothing', async () => {
    addZone(30, 1);
    addZone(40, 2);
    await bed.importKinds('zones');
    bed.remote.clear('/zones');
    bed.remote.clear('/networks');
    bed.remote.add('/networks', {}, { id: 1, name: 'Renamed' });
    bed.remote.lists.length = 0;

    await bed.run({ operation: 'import', kinds: ['networks', 'zones'] }, bed.within({ networks: [1] }));

    expect(asked('/zones')).toEqual(['/zones?network_id=1']);
    expect(await keys('zones')).toEqual(['40']);
    expect((await bed.production('networks')).map(({ name }) => name)).toEqual(['Renamed', 'Two']);
  });

  it('is refused when no network that is known here is in the list: it is another account', async () => {
    addZone(30);
    await bed.importKinds('zones');
    bed.remote.clear('/networks');
    bed.remote.add('/networks', {}, { id: 99, name: 'Somebody else' });

    const run = await bed.importKinds('networks', 'zones');

    expect(run).toMatchObject({ status: 'failed', error: { code: 'unknown_account', category: 'authentication' } });
    expect(await keys('networks')).toEqual(['1', '2']);
    expect(await keys('zones')).toEqual(['30']);
  });
});

describe('what a row does not say', () => {
  const addAd = (id: number, advertiser_id: number, advertiser: string) =>
    bed.remote.add('/advertisements', { network_id: 1, advertiser_id }, { id, name: `Ad${id}`, advertiser });
  const owners = async () =>
    Object.fromEntries((await bed.production('advertisements')).map((ad) => [ad._id, ad.advertiser_id]));

  it('is found by the name of its advertiser; the narrow list is asked for names that several share, only', async () => {
    addAdvertiser(10, 'Alone');
    addAdvertiser(11, 'Twin');
    addAdvertiser(12, 'Twin');
    addAd(20, 10, 'Alone');
    addAd(21, 11, 'Twin');
    addAd(22, 12, 'Twin');

    await bed.importKinds('advertisements');

    expect(await owners()).toEqual({ 20: 10, 21: 11, 22: 12 });
    expect(asked('/advertisements')).toEqual([
      '/advertisements?network_id=1',
      '/advertisements?network_id=1&advertiser_id=11',
      '/advertisements?network_id=1&advertiser_id=12',
      '/advertisements?network_id=2',
    ]);
  });

  it('and nobody knows is marked, and kept', async () => {
    addAd(20, 10, 'Nobody');

    await bed.importKinds('advertisements');

    expect(await bed.production('advertisements')).toMatchObject([
      { _id: '20', network_id: 1, advertiser_id: null, sync: { dangling: true } },
    ]);
    addAdvertiser(10, 'Nobody');
    await bed.importKinds('advertisers', 'advertisements');
    expect(await bed.production('advertisements')).toMatchObject([{ advertiser_id: 10, sync: { dangling: false } }]);
  });

  it('follows an advertiser that the same import renames', async () => {
    addAdvertiser(10, 'Before');
    addAd(20, 10, 'Before');
    await bed.importKinds('advertisements');
    bed.remote.clear('/advertisers');
    bed.remote.clear('/advertisements');
    addAdvertiser(10, 'After');
    addAd(20, 10, 'After');

    await bed.importKinds('advertisers', 'advertisements');

    expect(await owners()).toEqual({ 20: 10 });
  });
});

describe('what hangs on a parent that is gone', () => {
  it('goes with it, at every depth, without a request', async () => {
    addAdvertiser(10);
    addAdvertiser(11);
    addCampaign(20, 10);
    addCampaign(21, 11);
    bed.remote.add('/placements', { campaign_id: 20 }, { advertisement_id: 5, zone_id: 6 });
    bed.remote.add('/placements', { campaign_id: 21 }, { advertisement_id: 5, zone_id: 6 });
    await bed.importKinds('placements');
    expect(await keys('placements')).toHaveLength(2);
    bed.remote.remove('/advertisers', 10);
    bed.remote.lists.length = 0;

    const run = await bed.importKinds('advertisers', 'campaigns', 'placements');

    expect(await keys('campaigns')).toEqual(['21']);
    expect(await keys('placements')).toEqual(['21-5-6']);
    expect(asked('/campaigns')).toEqual(['/campaigns?advertiser_id=11']);
    expect(run.changes).toMatchObject({
      advertisers: { removed: 1 },
      campaigns: { removed: 1 },
      placements: { removed: 1 },
    });
  });

  it('stays when the parent has moved within the account', async () => {
    addAdvertiser(10, 'Moves', 1);
    addCampaign(20, 10);
    await bed.importKinds('campaigns');
    bed.remote.clear('/advertisers');
    bed.remote.clear('/campaigns');
    addAdvertiser(10, 'Moves', 2);
    addCampaign(20, 10);

    await bed.importKinds('advertisers', 'campaigns');

    expect(await bed.production('advertisers')).toMatchObject([{ _id: '10', network_id: 2 }]);
    expect(await bed.production('campaigns')).toMatchObject([{ _id: '20', network_id: 2, advertiser_id: 10 }]);
  });
});

describe('a list', () => {
  it('that fails keeps its rows, with their age; the others are published', async () => {
    addZone(30, 1);
    addZone(40, 2);
    await bed.importKinds('zones');
    const [before] = await bed.store.production.scopes({ _id: 'zones:1' });
    bed.remote.clear('/zones');
    addZone(41, 2);
    bed.remote.beforeList = (list) => {
      if (list === '/zones?network_id=1') throw remoteError('contract', { outcome: 'unknown', code: 'wrong_envelope' });
    };

    const run = await bed.importKinds('zones');

    expect(run.status).toBe('partial');
    expect(await keys('zones')).toEqual(['30', '41']);
    await expectTask(run, 'zones', '1', { state: 'failed', error: { code: 'wrong_envelope' } });
    expect(asked('/zones?network_id=1')).toHaveLength(3);
    expect(await bed.store.production.scopes({ _id: 'zones:1' })).toEqual([
      { ...before, failed_at: expect.any(Date), error: expect.objectContaining({ code: 'wrong_envelope' }) },
    ]);
  });

  it('is not given up because the store was away for a while', async () => {
    await bed.importKinds('networks');
    addZone(30);
    const run = await bed.begin({ operation: 'import', kinds: ['zones'] });
    const { changes } = bed.store;
    let failures = 0;
    const add: typeof changes.add = async (...args) => {
      failures += 1;
      if (failures <= 4) throw new Error('the store is away');
      return changes.add(...args);
    };
    const shaky = { ...bed.context, store: { ...bed.store, changes: { ...changes, add } } };

    for (let look = 0; look < 4; look += 1) await expect(bed.drive(run, 'zones', shaky)).rejects.toThrow('away');
    await bed.drive(run, 'zones', shaky);
    await finishRun(bed.context, run._id);

    expect(await keys('zones')).toEqual(['30']);
    await expectTask(run, 'zones', '1', { state: 'completed', attempts: 0 });
  });

  it('of a run that is cancelled publishes nothing: production is as it was', async () => {
    addZone(30);
    await bed.importKinds('zones');
    const before = await bed.production('zones');
    bed.remote.clear('/zones');
    addZone(31);
    const run = await bed.begin({ operation: 'import', kinds: ['networks', 'zones'] });
    await bed.drive(run, 'networks');
    await bed.drive(run, 'zones');

    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await finishRun(bed.context, run._id);

    expect((await bed.store.runs.get(run._id))?.status).toBe('cancelled');
    const { items } = await bed.store.logs.list({ run_id: run._id }, 0, 10);
    expect(items.map(({ success }) => success)).not.toContain(true);
    expect(items.length).toBeGreaterThan(0);
    expect(await bed.production('zones')).toEqual(before);
    expect(await bed.store.changes.count(run._id)).toBe(0);
  });

  it('of a dry run says what it would change, and changes nothing', async () => {
    addZone(30);

    const run = await bed.run({ operation: 'import', kinds: ['zones'], dry_run: true });

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 1 } } });
    expect(await keys('zones')).toEqual([]);
    expect((await bed.store.production.verifiedScopes('zones')).size).toBe(0);
  });
});
