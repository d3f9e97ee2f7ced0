import type { EntityFields, KindName } from '@broadstreet-sync/domain';
import type { LocalDocument, RunDocument } from '@broadstreet-sync/store';
import { type SimulatedWrite, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, quick } from './engine.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

async function add(kind: KindName, fields: EntityFields): Promise<string> {
  return (await engine.store.locals.create(kind, fields))._id.toHexString();
}

function exportAll(): Promise<RunDocument> {
  return engine.run({ operation: 'export', kinds: [...allKinds] });
}

async function local(kind: KindName, id: string): Promise<LocalDocument | null> {
  return engine.store.locals.get(kind, id);
}

/** Requests that created something, as kind and body. */
function bodies(writes: readonly SimulatedWrite[], kind: KindName): unknown[] {
  return writes.filter((write) => write.committed && write.path === `/${kind}`).map(({ body }) => body);
}

async function networkId(): Promise<number> {
  const [network] = (await engine.bed.remote.state()).networks;
  return Number(network?.id);
}

describe('export', () => {
  it('creates a whole local account once, each with a clean payload, and moves it to production', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    await engine.run();
    await engine.bed.remote.resetStats();
    const network_id = await networkId();
    const advertiser = await add('advertisers', { name: '  Café Müller ', network_id, notes: '', web_home_url: null });
    const zone = await add('zones', { name: 'Top', alias: 'top', network_id });
    const ad = await add('advertisements', {
      name: 'Banner',
      advertiser_id: advertiser,
      type: 'static',
      destination: 'https://example.com/',
    });
    const campaign = await add('campaigns', {
      name: 'Spring',
      advertiser_id: advertiser,
      start_date: '2026-03-01',
      weight: 'high',
      notes: ' for the homepage ',
    });
    const placement = await add('placements', {
      campaign_id: campaign,
      advertisement_id: ad,
      zone_id: zone,
      restrictions: 'phone',
    });

    const run = await exportAll();

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    const journal = await engine.bed.remote.journal();
    expect(bodies(journal, 'advertisers')).toEqual([{ name: 'Café Müller' }]);
    expect(bodies(journal, 'zones')).toEqual([{ name: 'Top', alias: 'top' }]);
    expect(bodies(journal, 'advertisements')).toEqual([
      { type: 'static', name: 'Banner', destination: 'https://example.com/' },
    ]);
    expect(bodies(journal, 'campaigns')).toEqual([
      { name: 'Spring', start_date: '2026-03-01', weight: 1.5, notes: 'for the homepage' },
    ]);
    const ids = await idsOf({ advertisers: advertiser, zones: zone, advertisements: ad, campaigns: campaign });
    expect(bodies(journal, 'placements')).toEqual([
      { campaign_id: ids.campaigns, advertisement_id: ids.advertisements, zone_id: ids.zones, restrictions: 'phone' },
    ]);
    // One request for each entity, and one list for each kind and parent that existed before.
    expect((await engine.bed.remote.stats()).total).toBe(5 + 2);
    for (const kind of allKinds) expect(await engine.store.locals.inOrder(kind, null).toArray()).toEqual([]);
    const [made] = await engine.store.production.many('campaigns', [String(ids.campaigns)]);
    expect(made).toMatchObject({
      name: 'Spring',
      id: ids.campaigns,
      advertiser_id: ids.advertisers,
      network_id,
      weight: 'high',
      notes: 'for the homepage',
      created_locally: true,
      synced_with_api: true,
      sync: { original_local_id: campaign },
    });
    const placed = await engine.store.production.many('placements', [
      `${ids.campaigns}-${ids.advertisements}-${ids.zones}`,
    ]);
    expect(placed).toHaveLength(1);
    expect(placed[0]).toMatchObject({ network_id, advertiser_id: ids.advertisers, restrictions: ['phone'] });
    expect(await local('placements', placement)).toBeNull();
  });

  async function idsOf(locals: Partial<Record<KindName, string>>): Promise<Partial<Record<KindName, number>>> {
    const entries = await Promise.all(
      allKinds.flatMap((kind) => {
        const id = locals[kind];
        return id === undefined
          ? []
          : [engine.store.locals.mapped(kind, [id]).then((map) => [kind, Number(map.get(id)?.remote_id)] as const)];
      }),
    );
    return Object.fromEntries(entries);
  }

  it('gives names that nothing else under the parent has, in any case and with any blanks', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    const network_id = await networkId();
    await engine.bed.remote.edit({ kind: 'zones', op: 'insert', fields: { name: '  SIDEBAR ', network_id } });
    await engine.bed.remote.edit({ kind: 'zones', op: 'insert', fields: { name: 'sidebar (1)', network_id } });
    await engine.run();
    for (const name of ['Sidebar', 'Top', 'top ', 'Cafe\u0301', 'CAF\u00c9']) await add('zones', { name, network_id });

    const run = await exportAll();

    expect(run.status).toBe('succeeded');
    const names = ['Sidebar (2)', 'Top', 'top (1)', 'Cafe\u0301', 'CAF\u00c9 (1)'];
    const sent = bodies(await engine.bed.remote.journal(), 'zones');
    expect(new Set(sent)).toEqual(new Set(names.map((name) => ({ name }))));
    expect(sent).toHaveLength(names.length);
  });

  it('keeps what is bad with its error, blocks what hangs on it without a request, and does the rest', async () => {
    await engine.bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine.bed.env, ...quick });
    await engine.run();
    await engine.bed.remote.resetStats();
    const network_id = await networkId();
    await engine.bed.remote.addFault({
      method: 'POST',
      route: '/advertisers',
      name: 'Refused',
      fault: { type: 'status', status: 422, errors: { name: ['is not welcome'] } },
    });
    const good = await add('advertisers', { name: 'Good', network_id });
    const bad = await add('advertisers', { name: 'Refused', network_id });
    const nameless = await add('advertisers', { network_id });
    const child = await add('campaigns', { name: 'C', advertiser_id: bad, start_date: '2026-01-01' });
    const fine = await add('campaigns', { name: 'D', advertiser_id: good, start_date: '2026-01-01' });

    const run = await exportAll();

    expect(run.status).toBe('partial');
    const failedJobs = await engine.queues.queues[1]?.getFailed();
    expect(failedJobs?.map(({ failedReason }) => failedReason)).toEqual([expect.stringContaining('is not welcome')]);
    const progress = (await engine.store.tasks.progress([run._id])).get(run._id);
    expect(progress?.get('advertisers')).toEqual({ total: 3, completed: 1, failed: 2, blocked: 0, skipped: 0 });
    expect(progress?.get('campaigns')).toEqual({ total: 2, completed: 1, failed: 0, blocked: 1, skipped: 0 });
    expect(await local('advertisers', good)).toBeNull();
    expect(await local('campaigns', fine)).toBeNull();
    expect((await local('advertisers', bad))?.sync_errors).toMatchObject([{ category: 'validation', run_id: run._id }]);
    expect((await local('advertisers', nameless))?.sync_errors).toMatchObject([
      { message: expect.stringContaining('name') },
    ]);
    expect((await local('campaigns', child))?.sync_errors).toMatchObject([
      { category: 'dependency', message: expect.stringContaining('Refused') },
    ]);
    expect(bodies(await engine.bed.remote.journal(), 'campaigns')).toEqual([{ name: 'D', start_date: '2026-01-01' }]);
  });
});
