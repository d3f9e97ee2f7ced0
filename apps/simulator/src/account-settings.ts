import { z } from 'zod';

const rate = z.strictObject({
  limit: z.int().min(1).describe('requests admitted in a window'),
  window_ms: z.int().min(1).max(3_600_000).default(1000),
});

/** How one account behaves; every setting can be changed while requests run. */
export const accountSettings = z.strictObject({
  latency_ms: z.number().min(0).max(600_000).default(0),
  /** Added to the latency: a uniform share of this, by the account's seed. */
  latency_jitter_ms: z.number().min(0).max(600_000).default(0),
  /** A sliding window; null: no limit. */
  rate: rate.nullable().default(null),
  /** openapi v1, /records: 2 requests in 5 seconds. */
  records_rate: rate.nullable().default({ limit: 2, window_ms: 5000 }),
  /** The form of `Retry-After` in a 429. */
  retry_after: z.enum(['seconds', 'date', 'none']).default('seconds'),
  /** True: a name that is taken under its parent answers 422; the API states no such rule. */
  unique_names: z.boolean().default(false),
  /** The list of placements: real data has a bare array, clients `placements`, the contract `placement`. */
  placements_envelope: z.enum(['array', 'placements', 'placement']).default('array'),
  /** One zone or campaign, from GET and PUT: the contract has it bare, every client wrapped. */
  single_envelope: z.enum(['bare', 'wrapped']).default('bare'),
  /** Whether zone rows carry `network_id`: the contract says so, real rows do not. */
  zone_network_id: z.boolean().default(false),
  /** A second POST of the same placement; what the API does is not known. */
  repeated_placement: z.enum(['second_row', 'ignored', 'refused']).default('second_row'),
  /** A field in a body that the contract does not have. */
  unknown_fields: z.enum(['refused', 'ignored']).default('refused'),
});

export type AccountSettings = z.output<typeof accountSettings>;
