import type { SimulatedKind } from '@broadstreet-sync/testkit';
import type { Random } from './random.ts';

/** A local entity that is to be made. */
export interface Draft {
  /** By which drafts name each other. */
  readonly key: string;
  readonly kind: SimulatedKind;
  readonly fields: Readonly<Record<string, unknown>>;
  /** By field: a remote id, or the key of another draft. */
  readonly parents: Readonly<Record<string, number | string>>;
}

/** What exists remotely before the drafts. */
export interface Grounds {
  readonly network: number;
  readonly advertiser: number;
}

/** Of a hundred entities so many are of a kind; what is left are placements. */
const shares = { advertisers: 12, zones: 22, advertisements: 18, campaigns: 18 } as const;
/** Names as people type them; few, so that many meet under one parent. */
const names = [
  'Harbour Books',
  ' harbour books',
  'Café Luna',
  'CAFÉ LUNA ',
  'Ärzte & Söhne',
  'Top',
  'Sidebar',
  'Spring',
];

/**
 * So many local entities of all kinds, hanging on each other and on what is there: names that repeat, with blanks and
 * other cases, parents that are new and parents that are not.
 *
 * @param title in the keys, where a stage has several accounts of them
 */
export function draftAccount(count: number, random: Random, { network, advertiser }: Grounds, title = 'the'): Draft[] {
  const drafts: Draft[] = [];
  const add = (kind: SimulatedKind, at: number, parents: Draft['parents'], fields: Draft['fields']): string => {
    const key = `${title} ${kind} ${at}`;
    drafts.push({ key, kind, fields, parents });
    return key;
  };
  const many = <T>(kind: keyof typeof shares, make: (at: number) => T): T[] => {
    return Array.from({ length: Math.max(1, Math.floor((count * shares[kind]) / 100)) }, (_, at) => make(at));
  };
  const name = () => random.pick(names);

  const networks = [network, add('networks', 0, {}, { name: 'Second site' })];
  const advertisers = many('advertisers', (at) => {
    return add('advertisers', at, { network_id: random.pick(networks) }, { name: name(), notes: ` made by ${at} ` });
  });
  const zones = many('zones', (at) => add('zones', at, { network_id: random.pick(networks) }, { name: name() }));
  const owners = [advertiser, ...advertisers];
  const ads = many('advertisements', (at) => {
    const advertiser_id = at === 0 ? advertiser : random.pick(owners);
    const fields = { name: name(), type: 'static', destination: 'https://example.com/' };
    return { owner: advertiser_id, key: add('advertisements', at, { advertiser_id }, fields) };
  });
  const campaigns = many('campaigns', (at) => {
    const { owner } = random.pick(ads);
    const fields = { name: name(), start_date: '2026-03-01' };
    return { owner, key: add('campaigns', at, { advertiser_id: owner }, fields) };
  });
  const triples = campaigns.flatMap(({ owner, key: campaign_id }) => {
    const own = ads.filter((ad) => ad.owner === owner);
    return own.flatMap(({ key: advertisement_id }) =>
      zones.map((zone_id) => ({ campaign_id, advertisement_id, zone_id })),
    );
  });
  for (let at = 0; drafts.length < count && triples.length > 0; at += 1) {
    const [triple] = triples.splice(random.below(triples.length), 1);
    if (triple !== undefined) add('placements', at, triple, {});
  }
  return drafts;
}

/** So many zones of one network, each with a name of its own. */
export function draftZones(count: number, network: number, title = 'Zone'): Draft[] {
  return Array.from({ length: count }, (_, at) => {
    return {
      key: `${title} ${at}`,
      kind: 'zones',
      fields: { name: `${title} ${at}` },
      parents: { network_id: network },
    };
  });
}
