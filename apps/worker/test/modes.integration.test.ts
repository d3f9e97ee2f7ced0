import { type KindName, remotePart } from '@broadstreet-sync/domain';
import type { ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import { expectedRows, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, productionRows, quick } from './engine.ts';

const hourMs = 3_600_000;
let engine: Engine;
let client: MongoClient;

beforeEach(async () => {
  engine = await createEngine();
  client = new MongoClient(engine.bed.mongoUri);
});

afterEach(async () => {
  await stopApps();
  await client.close();
  await engine.close();
});

async function startWith(account: 'R' | 'L'): Promise<void> {
  await engine.bed.remote.create({ account });
  await spawnApp('worker', { ...engine.bed.env, ...quick });
  await engine.run();
}

/** A run, and the requests that it made, by path. */
async function runCounted(request: Parameters<Engine['run']>[0]) {
  await engine.bed.remote.resetStats();
  const run = await engine.run(request);
  const { total, by_route } = await engine.bed.remote.stats();
  const paths = Object.entries(by_route).map(([route, statuses]) => {
    return [route.replace('GET ', ''), Object.values(statuses).reduce((sum, count) => sum + count, 0)] as const;
  });
  return { run, total, paths: Object.fromEntries(paths) };
}

async function expectInStep(): Promise<void> {
  const state = await engine.bed.remote.state();
  for (const kind of allKinds)
    expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(state, kind));
}

async function documents(kind: KindName): Promise<ProductionDocument[]> {
  return (await engine.store.production.page(kind, {}, {}, 0, 1_000_000)).items;
}

const collection = (name: string) =>
  client.db(engine.bed.database).collection<{ _id: string; verified_at?: Date | null }>(name);

describe('a fresh import', () => {
  it('makes production what it would be if nothing had been there, and writes only what was not', async () => {
    await startWith('R');
    const [edited, holding, ...others] = await documents('campaigns');
    const set = (id: unknown, fields: object) =>
      collection('campaigns').updateOne({ _id: String(id) }, { $set: fields });
    await set(edited?._id, { name: 'Mine', 'sync.edited': ['name'], 'sync.base': { name: edited?.name } });
    await set(holding?._id, { notes: 'lists do not return this', created_locally: true, synced_with_api: true });

    const { run, total } = await runCounted({ mode: 'fresh' });

    // One for each list, and one for each network's own counts.
    expect([run.status, total]).toEqual(['succeeded', 177 + 2]);
    expect(run.changes).toMatchObject({ campaigns: { inserted: 0, updated: 2, removed: 0 }, zones: { updated: 0 } });
    await expectInStep();
    const [first, second, ...rest] = await documents('campaigns');
    expect(first).toMatchObject({ created_locally: false, sync: { edited: [], base: {} } });
    expect(second).toMatchObject({ created_locally: true, synced_with_api: true, sync: { edited: [] } });
    expect(rest).toEqual(others);
  });
});

describe('an import with filters', () => {
  it('of one network reads what belongs to it and touches nothing of the other', async () => {
    await startWith('R');
    const { remote } = engine.bed;
    const { networks, zones, advertisers } = await remote.state();
    const [mine, other] = networks.map(({ id }) => Number(id));
    for (const network_id of [mine, other]) {
      const zone = zones.find((row) => row.network_id === network_id);
      await remote.edit({
        kind: 'zones',
        op: 'update',
        id: Number(zone?.id),
        fields: { name: `New in ${network_id}` },
      });
    }
    const others = (await documents('zones')).filter(({ network_id }) => network_id === other);

    const { run, paths } = await runCounted({ mode: 'incremental', filters: { network_id: mine } });

    expect(run.status).toBe('succeeded');
    const owned = advertisers.filter(({ network_id }) => network_id === mine).length;
    const campaigns = (await documents('campaigns')).filter(({ network_id }) => network_id === mine).length;
    const lists = { '/networks': 1, '/networks/{id}': 1, '/advertisers': 1, '/zones': 1, '/advertisements': 1 };
    expect(paths).toEqual({ ...lists, '/campaigns': owned, '/placements': campaigns });
    expect(run.changes.zones).toMatchObject({ inserted: 0, updated: 1, removed: 0 });
    expect((await documents('zones')).filter(({ network_id }) => network_id === other)).toEqual(others);
  });

  it('of one advertiser, and of what is in a zone, asks for the lists that hold it', async () => {
    await startWith('R');
    const { campaigns, placements } = await engine.bed.remote.state();
    const advertiser_id = Number(campaigns[0]?.advertiser_id);
    const own = campaigns.filter((campaign) => campaign.advertiser_id === advertiser_id).length;
    const kinds: KindName[] = ['advertisements', 'campaigns', 'placements'];

    const ofAdvertiser = await runCounted({ mode: 'incremental', kinds, filters: { advertiser_id } });
    const filters = { zone_id: Number(placements[0]?.zone_id) };
    const inZone = await runCounted({ mode: 'incremental', kinds: ['campaigns'], filters });

    expect(ofAdvertiser.run).toMatchObject({ status: 'succeeded', error: null });
    expect(ofAdvertiser.paths).toEqual({ '/advertisements': 1, '/campaigns': 1, '/placements': own });
    expect(inZone.paths).toEqual({ '/campaigns': 1 });
    for (const { run } of [ofAdvertiser, inZone]) {
      expect(run.status).toBe('succeeded');
      for (const changes of Object.values(run.changes)) {
        expect(changes).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
      }
    }
    expect(inZone.run.changes.campaigns?.unchanged).toBeGreaterThan(0);
  });

  it('by ids brings these alone', async () => {
    await startWith('R');
    const { remote } = engine.bed;
    const { zones } = await remote.state();
    for (const zone of zones) {
      await remote.edit({ kind: 'zones', op: 'update', id: Number(zone.id), fields: { self_serve: true } });
    }
    const before = await documents('zones');
    const [first] = before;

    const { run, total } = await runCounted({ mode: 'incremental', kinds: ['zones'], filters: { ids: [first?._id] } });

    expect([run.status, total]).toEqual(['succeeded', 1]);
    const [changed, ...rest] = await documents('zones');
    expect(changed).toMatchObject({ ...remotePart(first ?? {}), self_serve: true });
    expect(rest).toEqual(before.slice(1));
  });
});

describe('an import of what is due', () => {
  const maxAge = { mode: 'due', max_age_hours: 24 } as const;

  /** All that was done lies so much further back. */
  async function letPass(ms: number): Promise<void> {
    const earlier = (field: string) => ({ [field]: { $subtract: [`$${field}`, ms] } });
    await collection('scopes').updateMany({ verified_at: { $type: 'date' } }, [{ $set: earlier('verified_at') }]);
    await collection('runs').updateMany({}, [{ $set: earlier('created_at') }]);
  }

  async function oldestMs(): Promise<number> {
    const now = await engine.store.now();
    const times = await collection('scopes').find().toArray();
    return Math.max(...times.map(({ verified_at: at }) => now.getTime() - (at?.getTime() ?? 0)));
  }

  /** Somebody else is at work in the account. */
  async function editSome(hour: number): Promise<void> {
    const { remote } = engine.bed;
    const { campaigns, networks } = await remote.state();
    for (const [at, campaign] of campaigns.entries()) {
      if (at % 70 !== hour) continue;
      const fields = { name: `Renamed at ${hour}` };
      await remote.edit({ kind: 'campaigns', op: 'update', id: Number(campaign.id), fields });
    }
    if (hour > 3) return;
    await remote.edit({ kind: 'campaigns', op: 'remove', id: Number(campaigns[hour * 40]?.id) });
    const advertiser_id = Number(campaigns[hour * 50]?.advertiser_id);
    await remote.edit({ kind: 'campaigns', op: 'insert', fields: { name: `New at ${hour}`, advertiser_id } });
    const network_id = Number(networks[0]?.id);
    await remote.edit({ kind: 'zones', op: 'insert', fields: { name: `Zone of ${hour}`, network_id } });
  }

  it('each hour of a day keeps all lists of L younger than 24 hours, with at most 215 requests a run', async () => {
    await startWith('L');
    const requests: number[] = [];
    const oldest: number[] = [];
    const runs: RunDocument[] = [];

    for (let hour = 0; hour < 24; hour += 1) {
      await editSome(hour);
      await letPass(hourMs);
      oldest.push(await oldestMs());
      const { run, total } = await runCounted(maxAge);
      requests.push(total);
      runs.push(run);
    }

    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'succeeded'));
    expect(Math.max(...oldest)).toBeLessThan(24 * hourMs);
    const average = requests.reduce((sum, count) => sum + count, 0) / requests.length;
    expect(average, requests.join(' ')).toBeLessThanOrEqual(215);
    await letPass(24 * hourMs);
    await engine.run(maxAge);
    await expectInStep();
  });
});
