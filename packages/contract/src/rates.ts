import { z } from 'zod';
import { time } from './time.ts';

const count = z.int().nonnegative();

const breaker = z
  .object({
    since: time,
    next_probe: time.meta({ description: 'Nothing is sent before this time, and then one request.' }),
    cause: z.string().meta({ description: 'What the last failure was.' }),
  })
  .meta({ id: 'Breaker' });

/** How fast requests go just now, over all processes. */
export const rateNow = z
  .object({
    setting: z.union([z.number(), z.enum(['auto', 'unlimited'])]).meta({ description: 'BROADSTREET_RATE.' }),
    highest: z.number().nullable().meta({ description: 'BROADSTREET_RATE_MAX, where the rate is looked for.' }),
    known: z.boolean().meta({ description: 'False while Redis does not answer: nothing below is known then.' }),
    allowed: z.number().nullable().meta({ description: 'Requests a second; null: without a limit.' }),
    found: z
      .object({ rate: z.number(), is_bound: z.boolean() })
      .nullable()
      .meta({ description: 'Where the rate is looked for: what the next start begins with; bound: by a 429.' }),
    used_last_minute: count.meta({ description: 'Requests.' }),
    waiting: count.meta({ description: 'Callers that wait for their turn.' }),
    in_flight: count.meta({ description: 'Requests under way.' }),
    latency_ms: count.nullable().meta({ description: 'Of an answer, as a moving average.' }),
    paused_until: time.nullable().meta({ description: 'After a 429.' }),
    breaker: breaker.nullable().meta({ description: 'While the API keeps failing; else null.' }),
  })
  .meta({ id: 'RateNow' });
export type RateNow = z.output<typeof rateNow>;

/** What one minute's requests came to. */
export const rateMinute = z
  .object({
    at: time.meta({ description: 'Its beginning.' }),
    rate_class: z.string().meta({ description: '`entities`, or `records`: reports, which have a limit of their own.' }),
    used: count.meta({ description: 'Requests sent.' }),
    allowed: z.number().nullable().meta({ description: 'Requests that the rate allows in a minute; null: no limit.' }),
    rate_limited: count.meta({ description: 'Answered 429.' }),
    failed: count.meta({ description: 'Without an answer, or with 5xx.' }),
    retries: count.meta({ description: 'Repetitions of what had failed.' }),
    waited_ms: count.meta({ description: 'Time that requests waited for their turn, together.' }),
    waiting: count.meta({ description: 'Most that waited at once.' }),
  })
  .meta({ id: 'RateMinute' });
export type RateMinuteView = z.output<typeof rateMinute>;
