import type { NextFunction, Request, Response } from 'express';
import { isLoopback } from '../parts.ts';
import { ProblemError } from './problem-error.ts';

function hostnameOf(host: string | undefined): string {
  return host === undefined ? '' : host.replace(/:\d{1,5}$/, '');
}

/**
 * Without access keys the API is open to this machine alone: a page from elsewhere that a browser here has open must not
 * reach it, neither under its own name (DNS rebinding) nor as another site.
 */
export function sameMachineOnly(req: Request, _res: Response, next: NextFunction): void {
  const { host, origin } = req.headers;
  if (!isLoopback(hostnameOf(host))) {
    const detail = 'This API answers on this machine only: call it as http://localhost, with its port.';
    throw new ProblemError({ code: 'foreign_host', detail });
  }
  const site = req.headers['sec-fetch-site'];
  if (site === 'cross-site' || (origin !== undefined && origin !== `http://${host}`)) {
    const detail = 'Pages of other sites may not use this API: open it under its own address.';
    throw new ProblemError({ code: 'foreign_origin', detail });
  }
  next();
}

/** Refuses bodies that are not declared as JSON, before anything reads them. */
export function jsonBodiesOnly(req: Request, _res: Response, next: NextFunction): void {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && req.method !== 'GET' && !req.is(['application/json', 'application/*+json'])) {
    const detail = 'The body must be JSON, sent with Content-Type: application/json.';
    throw new ProblemError({ code: 'unsupported_media_type', detail });
  }
  next();
}
