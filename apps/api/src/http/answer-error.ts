import type { Route } from '@broadstreet-sync/contract';
import type { ErrorRequestHandler } from 'express';
import { requestIdOf } from '../access/audit-trail.ts';
import type { ApiParts } from '../parts.ts';
import { writeJson } from './mount.ts';
import { toProblem } from './to-problem.ts';

const mediaType = 'application/problem+json';

/** Answers what was thrown; what is a fault of our own is logged. */
export function answerError({ log, onAnswer }: Pick<ApiParts, 'log' | 'onAnswer'>): ErrorRequestHandler {
  /** What a test build finds wrong with an answer takes its place. */
  function checked(error: unknown, requestId: string, route: Route | undefined): unknown {
    const { status, body } = toProblem(error, requestId);
    try {
      if (route !== undefined) onAnswer?.(route, { status, body, mediaType });
      return error;
    } catch (fault) {
      return fault;
    }
  }

  return (thrown: unknown, req, res, next) => {
    const requestId = requestIdOf(res);
    const error = checked(thrown, requestId, res.locals.route);
    const { status, body, headers } = toProblem(error, requestId);
    if (status >= 500) log.error({ err: error, request: requestId, path: req.path }, 'a request failed');
    if (res.headersSent) {
      next(error);
      return;
    }
    writeJson(res, status, body, headers, mediaType);
  };
}
