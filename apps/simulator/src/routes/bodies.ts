import { z } from 'zod';
import { unprocessable } from '../answers.ts';
import { devices, displayTypes, weights } from '../rows.ts';
import { type Call, Refusal } from './route.ts';

/*
 * The bodies of the contract's POST and PUT requests. The contract lists the fields and says little of their
 * values; what is required is what it requires, and a campaign's name besides, since a row without one makes no sense.
 */

const blank = "can't be blank";

const text = z.string({ error: (issue) => (issue.input === undefined ? blank : 'is not a string') });
const name = text.refine((value) => value.trim() !== '', blank).max(255, 'is too long (maximum is 255 characters)');
const optionalText = text.nullish();
const flag = z.boolean('is not true or false').nullish();

/** Days or times in UTC, as the dashboard takes them: `YYYY-MM-DD` or `YYYY-MM-DD HH:mm:ss`. */
const date = z.string('is not a date').refine(isDate, 'is not a date like 2026-01-31 or 2026-01-31 23:59:59').nullish();

export const networkBody = z.strictObject({ name, logo: optionalText, web_home_url: optionalText });
export const advertiserBody = z.strictObject({ name, web_home_url: optionalText, notes: optionalText });
export const zoneBody = z.strictObject({ name, alias: optionalText });

export const advertisementBody = z.strictObject({
  // The contract's own example of an error: { errors: { type: 'not found' } }.
  type: text.refine((value) => /^(html|static)$/i.test(value), 'not found'),
  name,
  destination: text.refine((value) => value.trim() !== '', blank),
  active_url: optionalText,
  active_base64: optionalText,
});

export const campaignBody = z.strictObject({
  name,
  start_date: date,
  end_date: date,
  max_impression_count: z.int('is not a whole number').min(0, 'must be 0 or more').nullish(),
  archived: flag,
  display_type: z.enum(displayTypes, 'is not included in the list').nullish(),
  pacing_type: z.enum(['asap', 'even'], 'is not included in the list').nullish(),
  impression_max_type: z.enum(['cap', 'goal'], 'is not included in the list').nullish(),
  paused: flag,
  // Written as a number only (openapi v1, campaign.weight).
  weight: z.literal(Object.values(weights), 'is not included in the list').nullish(),
  notes: optionalText,
});

const id = z.int(blank).positive(blank);
export const placementBody = z.strictObject({
  campaign_id: id,
  advertisement_id: id,
  zone_id: id,
  restrictions: z.enum(devices, 'is not included in the list').nullish(),
});

/**
 * The body of a call, checked. `parents` are fields that clients also send in the body, where the contract has
 * them in the query. Throws a refusal with 422 and a message for each field.
 */
export function readBody<S extends z.ZodObject>(
  { body, settings }: Call,
  schema: S,
  parents: readonly string[] = [],
): z.output<S> {
  const given = Object.fromEntries(
    Object.entries(body).filter(([field]) => field in schema.shape || !isIgnored(field, parents, settings)),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') for (const field of issue.keys) errors[field] = 'is not a field';
    else errors[String(issue.path[0] ?? 'base')] ??= issue.message;
  }
  throw new Refusal(unprocessable(errors));
}

function isIgnored(field: string, parents: readonly string[], { unknown_fields }: Call['settings']): boolean {
  return parents.includes(field) || unknown_fields === 'ignored';
}

function isDate(value: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(value);
  if (!parts) return false;
  const time = new Date(`${parts[1]}T${parts[2] ?? '00:00:00'}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(parts[1] ?? '');
}
