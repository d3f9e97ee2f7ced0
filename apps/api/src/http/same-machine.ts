import type { NextFunction, Request, Response } from 'express';
import { isLoopback } from '../parts.ts';
import { ProblemError } from './problem-error.ts';

function hostnameOf(host: string | undefined): string {
  return host === undefined ? '' : host.replace(/:\d{1,5}$/, '');
}

/**
 * Where keys are asked for, a browser's cookie must be of use to our own pages alone. A page of another site may link to
 * one of ours, and no more; programs, which send none of these headers, show a key.
 */
export function ownPagesOnly(req: Request): void {
  const { host, origin, 'x-forwarded-host': forwarded, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = req.headers;
  const isOwn = origin === undefined || [host, forwarded].some((name) => origin.replace(/^https?:\/\//, '') === name);
  if (site === undefined ? isOwn : site === 'same-origin' || site === 'none') return;
  const isLink = req.method === 'GET' && mode === 'navigate' && origin === undefined;
  if (!isLink) throw foreignOrigin();
}

/**
 * Without access keys the API is open to this machine alone: a page from elsewhere that a browser here has open must not
 * reach it, neither under its own name (DNS rebinding) nor as another site.
 */
export function sameMachineOnly(req: Request): void {
  const { host, origin } = req.headers;
  if (!isLoopback(hostnameOf(host))) {
    const detail = 'This API answers on this machine only: call it as http://localhost, with its port.';
    throw new ProblemError({ code: 'foreign_host', detail });
  }
  const site = req.headers['sec-fetch-site'];
  if (site === 'cross-site' || (origin !== undefined && origin !== `http://${host}`)) {
    throw foreignOrigin();
  }
}

function foreignOrigin(): ProblemError {
  const detail = 'Pages of other sites may not use this API: open it under its own address.';
  return new ProblemError({ code: 'foreign_origin', detail });
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
