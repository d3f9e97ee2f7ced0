import { normalizeName } from '../names.ts';
import { createRandom, type Random } from '../random.ts';
import { devices, displayTypes, type KindName, nothingWritten, type Row, type Rows, weightWords } from '../rows.ts';
import { type State, tripleKey } from '../state.ts';
import type { AccountDefinition } from './definition.ts';
import { createNamer, type Namer } from './messy-names.ts';

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

/** What the rows of one kind are made with. */
interface Generation {
  state: State;
  random: Random;
  namer: Namer;
  insert: Insert;
  /** Calls back once for each row of a kind that is wanted, with a new id; gives the ids. */
  times: (kind: KindName, make: (id: number, index: number) => void) => number[];
}

/**
 * Account L, as messy as R: of R's names 10 % have outer blanks or line breaks, 7 % non-ASCII letters, and some
 * occur more than once under one parent. Names of advertisers are unique, as they are in each network of R.
 */
export function generateAccount(state: State, definition: AccountDefinition, insert: Insert): void {
  const random = createRandom(definition.seed);
  const count = (kind: KindName) =>
    definition.counts[kind] ?? (kind === 'networks' ? 1 : Math.round(counts[kind] * definition.scale));
  const generation: Generation = {
    state,
    random,
    namer: createNamer(random),
    insert,
    times: (kind, make) =>
      Array.from({ length: count(kind) }, (_, index) => {
        const id = state.allocateId();
        make(id, index);
        return id;
      }),
  };

  const networks = generation.times('networks', (id, index) => insert('networks', { id, ...network(index) }));
  if (networks.length === 0) return;
  const zones = generateZones(generation, networks);
  const campaigns = generateAdvertisers(generation, networks);
  if (campaigns.length > 0 && zones.length > 0) placeAds(generation, campaigns, zones, count('placements'));
}

function generateZones({ random, namer, insert, times }: Generation, networks: readonly number[]): number[] {
  return times('zones', (id, index) => {
    const alias = random.chance(0.05) ? `zone-${index}` : null;
    const self_serve = random.chance(0.02);
    insert('zones', { id, network_id: random.pick(networks), name: namer.zone(index), alias, self_serve });
  });
}

/** A campaign in which ads can be placed: those of its advertiser. */
interface Placeable {
  id: number;
  ads: readonly number[];
}

function generateAdvertisers({ random, namer, insert, times }: Generation, networks: readonly number[]): Placeable[] {
  const networkOf = new Map<number, number>();
  const adsOf = new Map<number, number[]>();
  const placeable: Placeable[] = [];

  const advertisers = times('advertisers', (id, index) => {
    const network_id = random.pick(networks);
    networkOf.set(id, network_id);
    adsOf.set(id, []);
    insert('advertisers', { id, network_id, ...advertiser(random, namer.unique(index)) });
  });
  if (advertisers.length === 0) return [];
  const advertiserOfAd = createParentPicker(random, advertisers);
  times('advertisements', (id, index) => {
    const name = namer.ad(index);
    const advertiser_id = advertiserOfAd(name);
    adsOf.get(advertiser_id)?.push(id);
    const network_id = networkOf.get(advertiser_id) ?? 0;
    insert('advertisements', { id, network_id, advertiser_id, ...advertisement(random, name) });
  });
  const advertiserOfCampaign = createParentPicker(random, advertisers);
  times('campaigns', (id, index) => {
    const name = namer.campaign(index);
    const advertiser_id = advertiserOfCampaign(name);
    const ads = adsOf.get(advertiser_id) ?? [];
    if (ads.length > 0) placeable.push({ id, ads });
    insert('campaigns', { id, advertiser_id, ...campaign(random, name) });
  });
  return placeable;
}

/** Picks parents at random; a name that repeats the one before stays under its parent. */
function createParentPicker(random: Random, parents: readonly number[]): (name: string) => number {
  let last = { name: '', parent: 0 };
  return (name) => {
    const isRepeated = normalizeName(name) === last.name;
    last = { name: normalizeName(name), parent: isRepeated ? last.parent : random.pick(parents) };
    return last.parent;
  };
}

/** An ad is placed in campaigns of its own advertiser, at most once in a zone. */
function placeAds(
  { state, random, insert }: Generation,
  campaigns: readonly Placeable[],
  zones: readonly number[],
  wanted: number,
): void {
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
