import { z } from 'zod';

/*
 * What the simulator stores of each kind. Beside what the API's lists give, a row has its parents' ids, and
 * `written` keeps what was sent and is never read back (campaign pacing, notes …; openapi v1, schema `campaign`).
 * An advertisement's `advertiser` and `active_placement` and every `path` are computed when a row is shown.
 */

const id = z.int().positive();
const name = z.string();
const link = z.string().nullable();
const logo = z.object({ url: link });
const written = z.record(z.string(), z.unknown());
const day = z.iso.date().nullable();

/** Nothing was written beyond what is read; shared by all such rows. */
export const nothingWritten: Record<string, unknown> = Object.freeze({});

/** Campaign weights: written as the number, read as the word (openapi v1, campaign.weight). */
export const weights = { remnant: 0, low: 0.5, default: 1, high: 1.5, sponsorship: 127 } as const;

export const weightWords = ['remnant', 'low', 'default', 'high', 'sponsorship'] as const;
export const displayTypes = [
  'no_repeat',
  'allow_repeat_campaign',
  'allow_repeat_advertisement',
  'force_repeat_campaign',
] as const;
export const devices = ['phone', 'non_phone', 'tablet', 'desktop', 'mobile'] as const;

/** The stored rows of each kind: an account file, an edit and a stored change are all read by these. */
export const rowSchemas = {
  networks: z.object({
    id,
    name,
    group_id: z.int().nullable().default(null),
    web_home_url: link.default(null),
    logo: logo.default({ url: null }),
    valet_active: z.boolean().default(false),
  }),
  advertisers: z.object({
    id,
    network_id: id,
    name,
    logo: logo.default({ url: null }),
    web_home_url: link.default(null),
    notes: z.string().nullable().default(null),
    admins: z.array(z.object({ name, email: z.string() })).default([]),
  }),
  zones: z.object({
    id,
    network_id: id,
    name,
    alias: z.string().nullable().default(null),
    self_serve: z.boolean().default(false),
  }),
  advertisements: z.object({
    id,
    network_id: id,
    advertiser_id: id,
    name,
    type: z.string().default('StaticAdvertisement'),
    active: logo.default({ url: null }),
    preview_url: link.default(null),
    updated_at: z.string().default('2025-01-01T00:00:00.000+00:00'),
    written: written.default(nothingWritten),
  }),
  campaigns: z.object({
    id,
    advertiser_id: id,
    name,
    start_date: day.default(null),
    end_date: day.default(null),
    max_impression_count: z.int().nullable().default(null),
    display_type: z.enum(displayTypes).nullable().default('no_repeat'),
    active: z.boolean().default(false),
    weight: z.enum(weightWords).default('default'),
    written: written.default(nothingWritten),
  }),
  /** `id` is ours alone: the API knows a placement by its three parents. */
  placements: z.object({
    id,
    campaign_id: id,
    advertisement_id: id,
    zone_id: id,
    restrictions: z.array(z.string()).default([]),
  }),
};

export type KindName = keyof typeof rowSchemas;
export type Rows = { [K in KindName]: z.output<(typeof rowSchemas)[K]> };
export type Row<K extends KindName> = Rows[K];

export const kindNames = [
  'networks',
  'advertisers',
  'zones',
  'advertisements',
  'campaigns',
  'placements',
] as const satisfies readonly KindName[];

/** A parent of a kind: the field that holds its id, and its kind. The first one is the parent of the name rule. */
export interface Parent {
  field: string;
  kind: KindName;
}

export const parents: Record<KindName, readonly Parent[]> = {
  networks: [],
  advertisers: [{ field: 'network_id', kind: 'networks' }],
  zones: [{ field: 'network_id', kind: 'networks' }],
  advertisements: [
    { field: 'advertiser_id', kind: 'advertisers' },
    { field: 'network_id', kind: 'networks' },
  ],
  campaigns: [{ field: 'advertiser_id', kind: 'advertisers' }],
  placements: [
    { field: 'campaign_id', kind: 'campaigns' },
    { field: 'advertisement_id', kind: 'advertisements' },
    { field: 'zone_id', kind: 'zones' },
  ],
};
