import type { InputFault, Route } from '@broadstreet-sync/contract';
import type { Request } from 'express';
import type { z } from 'zod';
import { invalidInput, notFound } from './problem-error.ts';

function describeIssue(issue: z.core.$ZodIssue): InputFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: issue.message }));
  }
  return [{ path: path.join('.'), message: issue.message.replace(/^Invalid input: /, '') }];
}

/**
 * Reads a part of a request. Nothing that its schema does not name gets through.
 *
 * @throws ProblemError `invalid_input`
 */
export function parsePart<S extends z.ZodType>(schema: S, part: unknown): z.output<S> {
  const parsed = schema.safeParse(part);
  if (!parsed.success) throw invalidInput(parsed.error.issues.flatMap(describeIssue));
  return parsed.data;
}

/** Reads the parameters in the path. @throws ProblemError `not_found`: what does not fit names nothing that exists */
export function parseParams<P extends z.ZodType>(route: Route<P>, req: Request): z.output<P> {
  const parsed = route.params.safeParse(req.params);
  if (parsed.success) return parsed.data;
  throw notFound(`This address names nothing that exists: ${route.path} was expected.`);
}
