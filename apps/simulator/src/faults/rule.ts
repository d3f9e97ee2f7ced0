import { z } from 'zod';
import type { Random } from '../random.ts';
import { routes } from '../routes/index.ts';
import { faultSchema } from './fault.ts';

const regexp = z.string().superRefine((source, context) => {
  try {
    new RegExp(source, 'iu');
  } catch (error) {
    context.addIssue({ code: 'custom', message: String(error) });
  }
});

/** Which requests something happens to; what is not given matches all. */
const matchSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
  /** As in the contract: `/zones` or `/zones/{id}`. */
  route: z.enum([...new Set(routes.map(({ path }) => path))]).optional(),
  /** These values in the query. */
  query: z.record(z.string(), z.coerce.string()).optional(),
  /** Matches the `name` in the body, without case. */
  name: regexp.optional(),
});

/**
 * A fault and when it happens: to each matching request from the `nth` on (counted by arrival, 1 is the first),
 * with a probability, at most `count` times. With `nth` and no `count` it happens once.
 */
export const ruleSchema = z.strictObject({
  ...matchSchema.shape,
  nth: z.int().min(1).optional(),
  count: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).default(1),
  fault: faultSchema,
});

export const outageSchema = z.strictObject({
  ...matchSchema.shape,
  /** Until it is ended, where not given. */
  for_ms: z.int().min(1).max(86_400_000).optional(),
  fault: faultSchema,
});

export type Match = z.output<typeof matchSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type Outage = z.output<typeof outageSchema>;

/** What a rule looks at. */
export interface Matched {
  method: string;
  /** The contract's path, such as `/zones/{id}`. */
  route: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
}

/** Whether a request is one of those that a rule is about. */
export function matches({ method, route, query, name }: Match, request: Matched): boolean {
  if (method && method !== request.method) return false;
  if (route && route !== request.route) return false;
  if (query && Object.entries(query).some(([key, value]) => request.query[key] !== value)) return false;
  if (name === undefined) return true;
  return typeof request.body.name === 'string' && new RegExp(name, 'iu').test(request.body.name);
}

/** A rule at work: counts the requests that match it, and says whether its fault happens to one. */
export function createTrigger(rule: Rule, random: Random) {
  const from = rule.nth ?? 1;
  const most = rule.count ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
  let seen = 0;
  let fired = 0;

  return {
    fires(request: Matched): boolean {
      if (!matches(rule, request)) return false;
      if (++seen < from || fired >= most || !random.chance(rule.probability)) return false;
      fired++;
      return true;
    },
    counts: () => ({ seen, fired }),
  };
}
