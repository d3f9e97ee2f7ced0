import { eventually, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';

// What people do to drafts while, or after, an export has them in hand.

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
  await engine.bed.remote.create({ account: 'bare' });
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

const exportPlacements = { operation: 'export' as const, kinds: ['placements' as const] };

async function networkId(): Promise<number> {
  const [network] = (await engine.bed.remote.state()).networks;
  return Number(network?.id);
}

describe('a draft that is edited after the plan', () => {
  it('is not sent as it was, and goes as it is now with the next export', async () => {
    await engine.bed.remote.changeSettings({ latency_ms: 300 });
    await spawnApp('worker', { ...engine.bed.env, ...quick, WORKER_CONCURRENCY: '1' });
    const network_id = await networkId();
    const ids: string[] = [];
    for (const name of ['A', 'B', 'C', 'D']) {
      ids.push((await engine.store.locals.create('zones', { name, network_id }))._id.toHexString());
    }
    const last = ids.at(-1) ?? '';
    const run = await engine.trigger({ operation: 'export', kinds: ['zones'] });
    await eventually(async () => (await engine.store.intents.get(last)) ?? undefined);

    await engine.store.locals.update('zones', last, { name: 'D, but better' });

    expect(await engine.ended(run._id)).toMatchObject({ status: 'partial' });
    expect(await engine.store.locals.get('zones', last)).toMatchObject({
      name: 'D, but better',
      sync_errors: [{ category: 'conflict' }],
    });
    expect(await engine.run({ operation: 'export', kinds: ['zones'] })).toMatchObject({ status: 'succeeded' });
    const names = (await engine.bed.remote.state()).zones.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['A', 'B', 'C', 'D, but better']);
  });
});

describe('a draft that is deleted while its answer is lost', () => {
  it('is in production once the next export knows that it was created, and its twin is not made again', async () => {
    const { remote } = engine.bed;
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    await remote.create({ account: 'L', counts: { placements: 0 } });
    await engine.run();
    const { campaigns, zones, advertisements } = await remote.state();
    const ad = advertisements.find(({ advertiser_id }) => campaigns.some((row) => row.advertiser_id === advertiser_id));
    const campaign = campaigns.find(({ advertiser_id }) => advertiser_id === ad?.advertiser_id);
    const triple = { campaign_id: campaign?.id, advertisement_id: ad?.id, zone_id: zones[0]?.id };
    const first = (await engine.store.locals.create('placements', triple))._id.toHexString();
    await remote.addFault({ method: 'POST', count: 1, fault: { type: 'commit_then_reset' } });
    const run = await engine.trigger(exportPlacements);
    const isLost = async () => ((await engine.store.intents.get(first))?.state === 'ambiguous' ? true : undefined);
    await eventually(isLost, { timeoutMs: 20_000 });
    await engine.store.runs.requestStop(run._id, 'cancelled', null);
    await engine.ended(run._id);

    await engine.store.locals.remove('placements', first);
    const twin = (await engine.store.locals.create('placements', triple))._id.toHexString();
    await engine.run(exportPlacements);

    expect((await remote.state()).placements).toHaveLength(1);
    expect((await engine.store.production.page('placements', {}, {}, 0, 10)).total).toBe(1);
    expect((await engine.store.intents.get(first))?.state).toBe('promoted');
    await engine.run(exportPlacements);
    expect((await engine.store.locals.get('placements', twin))?.sync_errors).toMatchObject([
      { category: 'conflict' },
      { category: 'conflict' },
    ]);
    expect((await remote.state()).placements).toHaveLength(1);
  });
});
