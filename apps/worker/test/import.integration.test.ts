import { isDeepStrictEqual } from 'node:util';
import { kinds, normaliseName } from '@broadstreet-sync/domain';
import { findDuplicates } from '@broadstreet-sync/store';
import { expectedRows, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, productionRows, quick } from './engine.ts';
import { findSmallAdvertiser } from './small-advertiser.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

async function expectInStep(): Promise<void> {
  const state = await engine.bed.remote.state();
  for (const kind of allKinds)
    expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(state, kind));
}

/** Every production document whole, ours included: equal before and after means that nothing was written. */
async function documents(): Promise<Map<string, Record<string, unknown>>> {
  const pages = await Promise.all(allKinds.map((kind) => engine.store.production.page(kind, {}, {}, 0, 1_000_000)));
  return new Map(pages.flatMap(({ items }) => items.map((item) => [String(item._id), item] as const)));
}

describe.each([
  // One for each list, and one for each network, whose lists are compared with its own counts.
  ['R', 177 + 2],
  ['L', 574 + 1],
] as const)('import of account %s', (account, requests) => {
  it(`makes production equal to the account with ${requests} requests`, async () => {
    await engine.bed.remote.create({ account });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    const run = await engine.run();

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect((await engine.bed.remote.stats()).total).toBe(requests);
    await expectInStep();
  });
});

/** Names that several rows have under one parent. */
function countShared(rows: readonly Record<string, unknown>[], parent: string): number {
  const groups = Map.groupBy(rows, (row) => `${String(row[parent])} ${normaliseName(String(row.name))}`);
  return [...groups.values()].filter(({ length }) => length > 1).length;
}

it('names that account R has more than once under one parent are found', async () => {
  await engine.bed.remote.create({ account: 'R' });
  await spawnApp('worker', { ...engine.bed.env, ...quick });
  await engine.run();

  const found = await engine.store.snapshot(async (snapshot) => {
    const counts = Object.fromEntries(allKinds.map((kind) => [kind, 0]));
    for (const kind of allKinds) {
      for await (const _ of findDuplicates(snapshot, kinds[kind])) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  });

  const { zones, campaigns, advertisements } = await engine.bed.remote.state();
  expect(found).toMatchObject({
    zones: countShared(zones, 'network_id'),
    campaigns: countShared(campaigns, 'advertiser_id'),
    advertisements: countShared(advertisements, 'advertiser_id'),
    placements: 0,
  });
  expect(found.zones).toBeGreaterThan(0);
});

describe('import', () => {
  it('writes nothing when nothing differs, and after changes only what differs', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine.run();
    const before = await documents();

    const again = await engine.run();

    expect(again.changes.placements).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 4358 });
    expect(await documents()).toEqual(before);

    const { zones, campaigns, advertisements, ...others } = await remote.state();
    await remote.edit({ kind: 'zones', op: 'update', id: Number(zones[0]?.id), fields: { name: 'Another name' } });
    await remote.edit({
      kind: 'zones',
      op: 'insert',
      fields: { name: 'New', network_id: Number(zones[0]?.network_id) },
    });
    const gone = findSmallAdvertiser({ campaigns, ...others });
    const own = campaigns.filter((campaign) => campaign.advertiser_id === gone).length;
    const ads = advertisements.filter((ad) => ad.advertiser_id === gone).length;
    await remote.edit({ kind: 'advertisers', op: 'remove', id: gone });

    const third = await engine.run();

    expect(third.changes.zones).toMatchObject({ inserted: 1, updated: 1, removed: 0, unchanged: 648 });
    expect(third.changes.advertisers).toMatchObject({ inserted: 0, updated: 0, removed: 1, unchanged: 47 });
    expect(third.changes.campaigns).toMatchObject({ inserted: 0, removed: own });
    expect(third.changes.advertisements).toMatchObject({ inserted: 0, removed: ads });
    await expectInStep();
    const written = [...(await documents())].filter(([id, document]) => !isDeepStrictEqual(document, before.get(id)));
    expect(written.map(([, { name }]) => name).sort()).toEqual(['Another name', 'New']);
  });

  it('reads no list of a level before the level below has ended, and both kinds of level 2 at the same time', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'L', settings: { latency_ms: 50 } });
    await spawnApp('worker', { ...env, ...quick });

    await engine.run();

    const requests = await remote.requests();
    const span = (routes: string[]) => {
      const own = requests.filter(({ route }) => routes.some((path) => route === `GET ${path}`));
      return { from: Math.min(...own.map(({ at }) => at)), to: Math.max(...own.map((r) => r.ended_at ?? Number.NaN)) };
    };
    const levels = [['/networks'], ['/advertisers', '/zones'], ['/advertisements'], ['/campaigns'], ['/placements']];
    const spans = levels.map(span);
    for (const [at, { from }] of spans.entries()) {
      if (at > 0) expect(from, levels[at]?.join()).toBeGreaterThanOrEqual(spans[at - 1]?.to ?? Number.NaN);
    }
    const [advertisers, zones] = [span(['/advertisers']), span(['/zones'])];
    expect(advertisers.from).toBeLessThan(zones.to);
    expect(zones.from).toBeLessThan(advertisers.to);
  });

  it('of placements alone, on an empty store, brings their ancestors too', async () => {
    await engine.bed.remote.create({ account: 'R' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    const run = await engine.run({ kinds: ['placements'] });

    expect(run.status).toBe('succeeded');
    await expectInStep();

    await engine.bed.remote.resetStats();
    await engine.run({ kinds: ['placements'] });
    expect((await engine.bed.remote.stats()).by_route).toEqual({ 'GET /placements': { '200': 122 } });
  });

  it('of one kind removes what hung on entities that are gone, in kinds that it did not read', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine.run();
    await remote.edit({ kind: 'advertisers', op: 'remove', id: findSmallAdvertiser(await remote.state()) });

    const run = await engine.run({ kinds: ['advertisers'] });

    expect(run.changes.advertisers).toMatchObject({ removed: 1 });
    expect(run.changes.campaigns?.removed).toBeGreaterThan(0);
    const state = await remote.state();
    for (const kind of ['campaigns', 'placements'] as const) {
      expect(await productionRows(engine.store, kind), kind).toEqual(expectedRows(state, kind));
    }
    expect(await engine.run()).toMatchObject({ status: 'succeeded' });
    await expectInStep();
  });

  it('keeps to the networks that the settings name', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    const { networks } = await remote.state();
    const [wanted, other] = networks.map(({ id }) => String(id));
    await spawnApp('worker', { ...env, ...quick, BROADSTREET_NETWORKS: wanted ?? '' });

    const run = await engine.run();

    expect(run.status).toBe('succeeded');
    const asked = (await remote.requests()).map(({ query }) => query.network_id);
    expect(asked).toContain(wanted);
    expect(asked).not.toContain(other);
    for (const kind of allKinds) {
      const rows = await productionRows(engine.store, kind);
      expect(
        rows.filter((row) => String(row.network_id ?? row.id) === other),
        kind,
      ).toEqual([]);
    }
    expect(await productionRows(engine.store, 'networks')).toHaveLength(1);
  });

  it('with a scope that fails keeps its rows, does the rest, and a retry reads what failed', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine.run();
    const [network] = (await remote.state()).networks;
    const fault = { type: 'html' };
    await remote.addFault({ method: 'GET', route: '/zones', query: { network_id: Number(network?.id) }, fault });
    await remote.edit({
      kind: 'zones',
      op: 'insert',
      fields: { name: 'In the failed list', network_id: Number(network?.id) },
    });

    const run = await engine.run();

    expect(run.status).toBe('partial');
    expect(run.changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
    const failed = await engine.store.tasks.list({ run_id: run._id, state: 'failed' }, 0, 10);
    expect(failed.items).toMatchObject([{ kind: 'zones', error: { category: 'contract' } }]);

    await remote.clearFaults();
    await remote.resetStats();
    const only = { zones: failed.items.map(({ subject }) => subject) };
    const retry = await engine.run({ kinds: ['zones'], only, retry_of: run._id });

    expect(retry.status).toBe('succeeded');
    // The list, and the network's count of its rows.
    expect((await remote.stats()).total).toBe(1 + 1);
    await expectInStep();
  });

  it('of which a page is not what was promised changes nothing in production', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    await spawnApp('worker', { ...env, ...quick });
    await engine.run();
    const before = await documents();
    await remote.startOutage({ method: 'GET', fault: { type: 'empty_object' } });

    const run = await engine.run();

    expect(run.status).toBe('failed');
    expect(await documents()).toEqual(before);
  });

  it('with a refused token ends at once as failed and names the setting', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'R' });
    const worker = await spawnApp('worker', { ...env, ...quick, BROADSTREET_ACCESS_TOKEN: 'wrong-canary-token' });

    const run = await engine.run();

    expect(run.status).toBe('failed');
    expect(run.error).toMatchObject({ category: 'authentication' });
    expect(run.error?.remedy).toContain('BROADSTREET_ACCESS_TOKEN');
    const kept = JSON.stringify([run, await engine.store.tasks.list({ run_id: run._id }, 0, 100), worker.lines]);
    expect(kept).not.toContain('wrong-canary-token');
  });

  it('hands more tasks than a gate can hold to the queue in windows', async () => {
    const { remote, env } = engine.bed;
    await remote.create({ account: 'L', scale: 3, counts: { placements: 500 } });
    await spawnApp('worker', { ...env, ...quick, WORKER_CONCURRENCY: '32' });

    const run = await engine.trigger();
    const ended = await engine.ended(run._id, 120_000);

    expect(ended.status).toBe('succeeded');
    expect(ended.plan.placements?.windows).toBe(3);
    expect((await engine.store.tasks.progress([run._id])).get(run._id)?.get('placements')).toMatchObject({
      total: 1500,
      completed: 1500,
    });
    await expectInStep();
  });

  it('of a dry run changes nothing and keeps what it would change', async () => {
    await engine.bed.remote.create({ account: 'R' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    const run = await engine.run({ dry_run: true });

    expect(run).toMatchObject({ status: 'succeeded', published_at: null });
    expect(run.changes.zones).toMatchObject({ inserted: 649 });
    expect(await documents()).toEqual(new Map());
    expect(await engine.store.changes.count(run._id)).toBe(2 + 48 + 649 + 102 + 122 + 4358);
  });
});
