import { type KindName, kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiClient, entity, type Reply, results, runView } from './api-client.ts';
import { createSystem, type System } from './system.ts';

let system: System;
let api: ApiClient;
let networkId: number;

beforeAll(async () => {
  system = await createSystem();
  await system.bed.remote.create({ account: 'bare' });
  [api] = await Promise.all([system.startApi(), system.startWorker()]);
  await api.ended((await api.start('/api/sync/all')).id);
  networkId = Number((await system.bed.remote.state()).networks[0]?.id);
});
afterAll(() => system.close());

const asId = z.object({ _id: z.string() });
const plan = z.looseObject({
  requests: z.number(),
  removed: z.array(entity),
  along: z.array(entity),
  stays: z.array(entity),
});

function bodyOf<S extends z.ZodType>(schema: S, { text }: Reply): z.output<S> {
  return schema.parse(JSON.parse(text));
}

async function draft(kind: KindName, fields: object): Promise<string> {
  return bodyOf(asId, await api.send('POST', `/api/local/${kind}`, fields))._id;
}

async function exportAll() {
  return bodyOf(runView, await api.send('POST', '/api/sync/local-all?wait=60'));
}

/** An advertiser with an ad, a campaign and a placement; gives where each is in production. */
async function exportCampaign() {
  const advertiser = await draft('advertisers', { name: 'Luna', network_id: networkId });
  const zone = await draft('zones', { name: 'Top', network_id: networkId });
  const ad = { name: 'Ad', type: 'static', destination: 'https://example.com/', advertiser_id: advertiser };
  const advertisement = await draft('advertisements', ad);
  const campaign = await draft('campaigns', { name: 'Spring', start_date: '2026-03-01', advertiser_id: advertiser });
  const parents = { campaign_id: campaign, advertisement_id: advertisement, zone_id: zone };
  const placement = await draft('placements', parents);
  const run = await exportAll();
  expect(run).toMatchObject({ status: 'succeeded' });
  const address = async (kind: KindName, id: string): Promise<string> => {
    return (await api.send('GET', `/api/local/${kind}/${id}`)).headers.get('location') ?? '';
  };
  return {
    run,
    ids: { advertiser, zone, advertisement, campaign, placement },
    advertiser: await address('advertisers', advertiser),
    zone: await address('zones', zone),
    campaign: await address('campaigns', campaign),
  };
}

it('an edit is shown, exported and reported, and keeps its entity from an undo that is not forced', async () => {
  const made = await exportCampaign();

  const refused = await api.send('PATCH', made.campaign, { path: '/x', name: '' });
  const edited = await api.send('PATCH', made.campaign, { name: 'Summer', paused: true });
  const run = await exportAll();

  expect([refused.status, edited.status]).toEqual([422, 200]);
  expect(run).toMatchObject({ status: 'succeeded', changes: { campaigns: { updated: 1 } } });
  expect(await api.get(entity, made.campaign)).toMatchObject({ name: 'Summer', paused: true, sync: { edited: [] } });
  const [result] = await api.list(results, `/api/runs/${run.id}/results`);
  expect(result).toMatchObject({ action: 'update', outcome: 'updated', name: 'Summer', sent: ['name', 'paused'] });
  const [campaign] = (await system.bed.remote.state({ hidden: true })).campaigns;
  expect(campaign).toMatchObject({ name: 'Summer', hidden: { paused: true } });
  const imported = await api.ended((await api.start('/api/sync/campaigns')).id);
  expect(imported.changes.campaigns).toMatchObject({ inserted: 0, updated: 0, removed: 0 });

  const address = `/api/runs/${made.run.id}/undo`;
  const cautious = bodyOf(plan, await api.send('POST', address, { dry_run: true }));
  const forced = bodyOf(plan, await api.send('POST', address, { dry_run: true, force: true }));
  expect(cautious.stays).toMatchObject([
    { kind: 'campaigns', code: 'changed' },
    { kind: 'advertisers', code: 'has_children' },
    { kind: 'advertisements', code: 'cannot_be_removed' },
  ]);
  expect(forced).toMatchObject({ requests: 8, along: [{ kind: 'advertisements' }], stays: [] });

  const undone = bodyOf(runView, await api.send('POST', `${address}?wait=60`, { force: true }));

  expect(undone).toMatchObject({ status: 'succeeded', undo_of: made.run.id });
  const { campaigns, advertisers, advertisements, placements, zones } = await system.bed.remote.state();
  expect([campaigns, advertisers, advertisements, placements, zones]).toEqual([[], [], [], [], []]);
  expect(await api.get(entity, `/api/local/campaigns/${made.ids.campaign}`)).toMatchObject({
    name: 'Summer',
    paused: true,
    advertiser_id: made.ids.advertiser,
    problems: [],
  });
  expect((await api.send('POST', address)).status).toBe(409);
  const outcomes = await api.list(results, `/api/runs/${made.run.id}/results`);
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['undone']));
  expect(await exportAll()).toMatchObject({ status: 'succeeded' });
  expect((await system.bed.remote.state()).campaigns).toMatchObject([{ name: 'Summer' }]);
});

it('a deletion names what hangs on it, waits for an export, and goes the whole way', async () => {
  const made = await exportCampaign();

  const refused = await api.send('DELETE', made.advertiser);
  const accepted = await api.send('DELETE', `${made.advertiser}?cascade=true`);
  const shown = await api.get(entity, made.campaign);
  const run = await exportAll();

  expect([refused.status, accepted.status]).toEqual([409, 202]);
  expect(bodyOf(z.looseObject({ children: z.array(entity) }), refused).children).toHaveLength(3);
  expect(shown).toMatchObject({ sync: { deletion: { part_of: { kind: kinds.advertisers.name } } } });
  expect(run).toMatchObject({
    status: 'succeeded',
    changes: { advertisers: { removed: 1 }, advertisements: { removed: 1 } },
  });
  for (const address of [made.advertiser, made.campaign]) expect((await api.send('GET', address)).status).toBe(404);
  expect((await api.send('GET', made.zone)).status).toBe(200);
  const id = Number(made.advertiser.split('/').at(-1));
  const { advertisers, campaigns } = await system.bed.remote.state();
  expect(advertisers.filter((row) => row.id === id)).toEqual([]);
  expect(campaigns.filter((row) => row.advertiser_id === id)).toEqual([]);
  const history = await api.list(entity, `/api/runs/${run.id}/changes`);
  expect(history.map(({ operation }) => operation)).toEqual(['remove', 'remove', 'remove', 'remove']);
  const imported = await api.ended((await api.start('/api/sync/all')).id);
  expect(imported.changes.advertisers).toMatchObject({ inserted: 0, removed: 0 });
});
