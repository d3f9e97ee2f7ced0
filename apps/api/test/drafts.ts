import { type EntityFields, type KindName, kindName, parentField } from '@broadstreet-sync/domain';
import type { SimulatedAccount } from '@broadstreet-sync/testkit';
import type { ApiClient } from './api-client.ts';

interface Refusal {
  readonly state: 'failed' | 'blocked';
  readonly category: string;
  readonly message: string;
  /** Set where the API says so, which costs a request. */
  readonly byApi?: true;
}

interface DraftInput {
  /** By which other drafts name it. */
  readonly key: string;
  readonly kind: KindName;
  readonly fields: EntityFields;
  /** Remote ids, or keys of other drafts. */
  readonly parents: Partial<Record<KindName, number | string>>;
}

/** A local entity, and what is to become of it in an export. */
export interface Draft extends DraftInput {
  /** The clean payload, without parents; null where nothing may be created of it. */
  readonly sends: EntityFields | null;
  /** Why it is refused, where it is: what its error is to say. */
  readonly refused?: Refusal;
}

/** What drafts hang on that exists remotely before them. */
export interface Grounds {
  readonly network: number;
  readonly advertiser: number;
}

/** Name of the advertiser that the API is to refuse. */
export const unwelcome = 'Unwelcome';

/** Puts into the account what is there before an export: names that drafts will want, in other case and with blanks. */
export async function layGrounds(remote: SimulatedAccount): Promise<Grounds> {
  const network = Number((await remote.state()).networks[0]?.id);
  const insert = (kind: 'advertisers' | 'zones' | 'campaigns' | 'advertisements', fields: EntityFields) =>
    remote.edit({ kind, op: 'insert', fields });
  await insert('advertisers', { name: ' TAKEN ', network_id: network });
  await insert('zones', { name: 'sideBAR', network_id: network });
  const advertiser = Number((await insert('advertisers', { name: 'House', network_id: network })).id);
  await insert('campaigns', { name: 'always ON', advertiser_id: advertiser });
  return { network, advertiser };
}

/** Makes the drafts through the API, parents first. Gives their `_id`s by key. */
export async function makeDrafts(api: ApiClient, drafts: readonly DraftInput[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { key, kind, fields, parents } of drafts) {
    const named = Object.entries(parents).map(([parent, of]) => [
      parentField(kindName.parse(parent)),
      ids.get(String(of)) ?? of,
    ]);
    const { status, text, headers } = await api.send('POST', `/api/local/${kind}`, {
      ...fields,
      ...Object.fromEntries(named),
    });
    if (status !== 201) throw new Error(`${key} is answered with ${status}: ${text}`);
    ids.set(key, (headers.get('location') ?? '').split('/').at(-1) ?? '');
  }
  return ids;
}

function missing(field: string): Refusal {
  return { state: 'failed', category: 'validation', message: field };
}

/** A local account of all kinds: twins, taken names, missing fields, one that the API refuses, and what hangs on it. */
export function draftAccount({ network, advertiser }: Grounds): Draft[] {
  const start_date = '2026-03-01';
  const ad = { type: 'static', destination: 'https://example.com/' };
  const blockedBy = (name: string): Refusal => ({ state: 'blocked', category: 'dependency', message: name });
  const here = { networks: network };
  return [
    { key: 'site', kind: 'networks', fields: { name: 'Second site' }, parents: {}, sends: { name: 'Second site' } },
    {
      key: 'taken',
      kind: 'advertisers',
      fields: { name: 'Taken', notes: '  by phone ', web_home_url: '' },
      parents: here,
      sends: { name: 'Taken (1)', notes: 'by phone' },
    },
    { key: 'twin', kind: 'advertisers', fields: { name: 'Twin' }, parents: here, sends: { name: 'Twin' } },
    { key: 'twin 2', kind: 'advertisers', fields: { name: ' twin' }, parents: here, sends: { name: 'twin (1)' } },
    {
      key: 'guest',
      kind: 'advertisers',
      fields: { name: 'Twin' },
      parents: { networks: 'site' },
      sends: { name: 'Twin' },
    },
    {
      key: 'nameless',
      kind: 'advertisers',
      fields: { notes: 'x' },
      parents: here,
      sends: null,
      refused: missing('name'),
    },
    {
      key: 'unwelcome',
      kind: 'advertisers',
      fields: { name: unwelcome },
      parents: here,
      sends: null,
      refused: { state: 'failed', category: 'validation', message: 'is not welcome', byApi: true },
    },
    { key: 'sidebar', kind: 'zones', fields: { name: 'Sidebar' }, parents: here, sends: { name: 'Sidebar (1)' } },
    {
      key: 'top',
      kind: 'zones',
      fields: { name: 'Top', alias: 'second-top' },
      parents: { networks: 'site' },
      sends: { name: 'Top', alias: 'second-top' },
    },
    {
      key: 'banner',
      kind: 'advertisements',
      fields: { name: 'Banner', ...ad },
      parents: { advertisers: 'twin' },
      sends: { name: 'Banner', ...ad },
    },
    {
      key: 'house ad',
      kind: 'advertisements',
      fields: { name: 'Own', ...ad },
      parents: { advertisers: advertiser },
      sends: { name: 'Own', ...ad },
    },
    {
      key: 'aimless',
      kind: 'advertisements',
      fields: { name: 'Aimless', type: 'static' },
      parents: { advertisers: 'twin' },
      sends: null,
      refused: missing('destination'),
    },
    {
      key: 'unwelcome ad',
      kind: 'advertisements',
      fields: { name: 'Child', ...ad },
      parents: { advertisers: 'unwelcome' },
      sends: null,
      refused: blockedBy(unwelcome),
    },
    {
      key: 'spring',
      kind: 'campaigns',
      fields: { name: 'Spring', start_date, weight: 'high', paused: false, notes: null },
      parents: { advertisers: 'twin' },
      sends: { name: 'Spring', start_date, weight: 1.5, paused: false },
    },
    {
      key: 'always on',
      kind: 'campaigns',
      fields: { name: ' Always on', start_date },
      parents: { advertisers: advertiser },
      sends: { name: 'Always on (1)', start_date },
    },
    {
      key: 'unwelcome campaign',
      kind: 'campaigns',
      fields: { name: 'Child', start_date },
      parents: { advertisers: 'unwelcome' },
      sends: null,
      refused: blockedBy(unwelcome),
    },
    {
      key: 'placed',
      kind: 'placements',
      fields: { restrictions: 'phone' },
      parents: { campaigns: 'spring', advertisements: 'banner', zones: 'sidebar' },
      sends: { restrictions: 'phone' },
    },
    {
      key: 'not placed',
      kind: 'placements',
      fields: {},
      parents: { campaigns: 'unwelcome campaign', advertisements: 'banner', zones: 'sidebar' },
      sends: null,
      refused: blockedBy('Child'),
    },
  ];
}

/** Good entities that hang on each other, as many of each kind below networks as asked for. */
export function draftCopies(count: number, title: string, { network }: Grounds): Draft[] {
  return Array.from({ length: count }, (_, at) => copy(`${title} ${at}`, { networks: network })).flat();
}

function copy(name: string, parents: Draft['parents']): Draft[] {
  const start_date = '2026-04-01';
  const campaign = { name: 'Autumn', start_date };
  const ad = { name: 'Picture', type: 'static', destination: 'https://example.com/' };
  const advertiser = { advertisers: `advertiser ${name}` };
  const placed = { campaigns: `campaign ${name}`, advertisements: `ad ${name}`, zones: `zone ${name}` };
  return [
    { key: `advertiser ${name}`, kind: 'advertisers', fields: { name }, parents, sends: { name } },
    { key: `zone ${name}`, kind: 'zones', fields: { name }, parents, sends: { name } },
    { key: `ad ${name}`, kind: 'advertisements', fields: ad, parents: advertiser, sends: ad },
    { key: `campaign ${name}`, kind: 'campaigns', fields: campaign, parents: advertiser, sends: campaign },
    { key: `placement ${name}`, kind: 'placements', fields: {}, parents: placed, sends: {} },
  ];
}

/** Few entities, with names that a picture has room for. */
export function draftFew({ network }: Grounds): DraftInput[] {
  const [here, start_date] = [{ networks: network }, '2026-03-01'];
  const [ad, advertiser] = [{ type: 'static', destination: 'https://example.com/' }, { advertisers: 'luna' }];
  const place = (campaign: string, zone: string): DraftInput => {
    const parents = { campaigns: campaign, advertisements: 'banner', zones: zone };
    return { key: `${campaign} at ${zone}`, kind: 'placements', fields: {}, parents };
  };
  return [
    { key: 'luna', kind: 'advertisers', fields: { name: 'Luna' }, parents: here },
    { key: 'side', kind: 'zones', fields: { name: 'Side' }, parents: here },
    { key: 'top', kind: 'zones', fields: { name: 'Top' }, parents: here },
    { key: 'banner', kind: 'advertisements', fields: { name: 'Banner', ...ad }, parents: advertiser },
    { key: 'spring', kind: 'campaigns', fields: { name: 'Spring', start_date }, parents: advertiser },
    { key: 'autumn', kind: 'campaigns', fields: { name: 'Autumn', start_date }, parents: advertiser },
    place('spring', 'side'),
    place('autumn', 'top'),
  ];
}
