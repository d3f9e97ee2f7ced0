import type { KindName } from '@broadstreet-sync/domain';
import type { Engine } from './engine.ts';

/** Local entities of all kinds, as many of each as asked for, hanging on each other and on one remote network. */
export async function addLocalAccount(engine: Engine, count: number): Promise<number> {
  const [network] = (await engine.bed.remote.state()).networks;
  const network_id = Number(network?.id);
  const { locals } = engine.store;
  const add = async (kind: KindName, fields: Record<string, unknown>): Promise<string> => {
    return (await locals.create(kind, fields))._id.toHexString();
  };
  for (let at = 0; at < count; at += 1) {
    const advertiser_id = await add('advertisers', { name: `Advertiser ${at % 7}`, network_id });
    const zone_id = await add('zones', { name: `Zone ${at}`, network_id });
    const destination = 'https://example.com/';
    const advertisement_id = await add('advertisements', { name: 'Ad', type: 'static', destination, advertiser_id });
    const campaign_id = await add('campaigns', { name: 'Campaign', start_date: '2026-01-01', advertiser_id });
    await add('placements', { campaign_id, advertisement_id, zone_id });
  }
  return 5 * count;
}

/** Entities of all kinds in the account, and local ones that are left. */
export async function countEverywhere(engine: Engine): Promise<{ remote: number; local: number; production: number }> {
  const state = await engine.bed.remote.state();
  const kinds = Object.keys(state) as (keyof typeof state)[];
  const locals = await Promise.all(kinds.map((kind) => engine.store.locals.inOrder(kind, null).toArray()));
  const pages = await Promise.all(kinds.map((kind) => engine.store.production.page(kind, {}, {}, 0, 1)));
  return {
    remote: kinds.reduce((sum, kind) => sum + state[kind].length, 0),
    local: locals.flat().length,
    production: pages.reduce((sum, { total }) => sum + total, 0),
  };
}
