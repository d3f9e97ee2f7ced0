import { createRandom, type Random } from '../random.ts';
import { devices, displayTypes, type KindName, nothingWritten, type Row, type Rows, weightWords } from '../rows.ts';
import { type State, tripleKey } from '../state.ts';
import type { AccountDefinition } from './definition.ts';
import { createNamer } from './messy-names.ts';

/** Rows of account L at scale 1. */
const counts: Record<KindName, number> = {
  networks: 1,
  advertisers: 70,
  zones: 430,
  advertisements: 130,
  campaigns: 500,
  placements: 60,
};

type Insert = <K extends KindName>(kind: K, row: Rows[K]) => void;

/**
 * Account L, as messy as R: of R's names 10 % have outer blanks or line breaks, 7 % non-ASCII letters, and some
 * occur more than once under one parent. Names of advertisers are unique, as they are in each network of R.
 */
export function generateAccount(state: State, definition: AccountDefinition, insert: Insert): void {
  const random = createRandom(definition.seed);
  const namer = createNamer(random);
  const count = (kind: KindName) =>
    definition.counts[kind] ?? (kind === 'networks' ? 1 : Math.round(counts[kind] * definition.scale));
  const times = (kind: KindName, make: (index: number) => void) => {
    for (let index = 0; index < count(kind); index++) make(index);
  };

  const networks: number[] = [];
  times('networks', (index) => {
    const id = state.allocateId();
    networks.push(id);
    insert('networks', { id, ...network(index) });
  });
  if (networks.length === 0) return;

  const advertisers: number[] = [];
  const networkOf = new Map<number, number>();
  times('advertisers', (index) => {
    const id = state.allocateId();
    const network_id = random.pick(networks);
    advertisers.push(id);
    networkOf.set(id, network_id);
    insert('advertisers', { id, network_id, ...advertiser(random, namer.unique(index)) });
  });

  const zones: number[] = [];
  times('zones', (index) => {
    const id = state.allocateId();
    zones.push(id);
    const alias = random.chance(0.05) ? `zone-${index}` : null;
    const self_serve = random.chance(0.02);
    insert('zones', { id, network_id: random.pick(networks), name: namer.zone(index), alias, self_serve });
  });
  if (advertisers.length === 0) return;

  const adsOf = new Map<number, number[]>();
  times('advertisements', (index) => {
    const id = state.allocateId();
    const advertiser_id = random.pick(advertisers);
    const ads = adsOf.get(advertiser_id);
    if (ads) ads.push(id);
    else adsOf.set(advertiser_id, [id]);
    const network_id = networkOf.get(advertiser_id) ?? 0;
    insert('advertisements', { id, network_id, advertiser_id, ...advertisement(random, namer.ad(index)) });
  });

  const campaigns: { id: number; ads: number[] }[] = [];
  times('campaigns', (index) => {
    const id = state.allocateId();
    const advertiser_id = random.pick(advertisers);
    const ads = adsOf.get(advertiser_id);
    if (ads) campaigns.push({ id, ads });
    insert('campaigns', { id, advertiser_id, ...campaign(random, namer.campaign(index)) });
  });
  if (campaigns.length > 0 && zones.length > 0)
    placeAds({ state, random, insert, campaigns, zones, wanted: count('placements') });
}

/** An ad is placed in campaigns of its own advertiser, at most once in a zone. */
function placeAds({
  state,
  random,
  insert,
  campaigns,
  zones,
  wanted,
}: {
  state: State;
  random: Random;
  insert: Insert;
  campaigns: readonly { id: number; ads: number[] }[];
  zones: readonly number[];
  wanted: number;
}): void {
  const placed = new Set<string>();
  for (let attempt = 0; placed.size < wanted && attempt < wanted * 20; attempt++) {
    const { id: campaign_id, ads } = random.pick(campaigns);
    const triple = { campaign_id, advertisement_id: random.pick(ads), zone_id: random.pick(zones) };
    if (placed.has(tripleKey(triple))) continue;
    placed.add(tripleKey(triple));
    const restrictions = random.chance(0.03) ? [random.pick(devices)] : [];
    insert('placements', { id: state.allocatePlacementId(), ...triple, restrictions });
  }
}

function network(index: number): Omit<Row<'networks'>, 'id'> {
  const links = { web_home_url: 'https://publisher.example', logo: { url: 'https://cdn.example/logo.png' } };
  return { name: index === 0 ? 'Publisher' : `Publisher ${index + 1}`, group_id: null, ...links, valet_active: false };
}

function advertiser(random: Random, name: string): Omit<Row<'advertisers'>, 'id' | 'network_id'> {
  return {
    name,
    logo: { url: random.chance(0.8) ? `https://cdn.example/${random.between(1, 1e9)}.jpg` : null },
    web_home_url: random.chance(0.93) ? `https://${random.between(1, 1e9).toString(36)}.example/` : null,
    notes: random.chance(0.1) ? 'Ask for the renewal\nin spring – by phone' : null,
    admins: random.chance(0.05) ? [{ name: 'Front Desk', email: 'frontdesk@example.com' }] : [],
  };
}

function advertisement(
  random: Random,
  name: string,
): Omit<Row<'advertisements'>, 'id' | 'network_id' | 'advertiser_id'> {
  const type = random.pick(['StaticAdvertisement', 'StaticAdvertisement', 'StencilAdvertisement', 'HtmlAdvertisement']);
  return {
    name,
    type,
    active: { url: type === 'StaticAdvertisement' ? `https://cdn.example/${random.between(1, 1e9)}.webp` : null },
    preview_url: `https://${random.between(1, 1e9).toString(36)}.example`,
    updated_at: `${day(random)}T0${random.between(0, 9)}:49:45.000-07:00`,
    written: nothingWritten,
  };
}

function campaign(random: Random, name: string): Omit<Row<'campaigns'>, 'id' | 'advertiser_id'> {
  const start_date = random.chance(0.95) ? day(random) : null;
  return {
    name,
    start_date,
    end_date: start_date && random.chance(0.48) ? later(start_date, random.between(6, 200)) : null,
    max_impression_count: random.chance(0.1) ? random.between(1, 100) * 1000 : null,
    display_type: random.chance(0.92) ? random.pick(displayTypes) : null,
    active: random.chance(0.25),
    weight: random.chance(0.9) ? random.pick(['default', 'default', 'remnant']) : random.pick(weightWords),
    written: nothingWritten,
  };
}

function day(random: Random): string {
  return later('2024-01-01', random.between(0, 700));
}

function later(from: string, days: number): string {
  return new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
}
