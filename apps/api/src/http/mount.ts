import type { Express, Request, Response } from 'express';
import type { ApiParts } from '../parts.ts';
import { type AnyReply, answered, type Binding } from './bind.ts';
import { createLimit } from './limit.ts';
import { untilStoreIsAway } from './patience.ts';
import { ProblemError } from './problem-error.ts';

/** Writes a JSON answer. Not by `res.send`, which would answer 304 by a tag that does not cover all of the body. */
export function writeJson(
  res: Response,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  mediaType = 'application/json',
): void {
  res.status(status).set(headers);
  if (body === undefined) {
    res.end();
    return;
  }
  const text = JSON.stringify(body);
  res.set('content-type', `${mediaType}; charset=utf-8`).set('content-length', String(Buffer.byteLength(text)));
  res.end(res.req.method === 'HEAD' ? undefined : text);
}

/** The path as Express writes it. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Gives every route its handler, and every path an answer to the methods that it does not have. */
export function mountAll(
  app: Express,
  { store, log }: Pick<ApiParts, 'store' | 'log'>,
  bindings: readonly Binding[],
): void {
  const limit = createLimit(log);
  const methods = new Map<string, string[]>();
  for (const { route, handle } of bindings) {
    const path = expressPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    app[route.method](path, async (req, res) => {
      if (route.problems.includes('too_many_requests')) await limit(req);
      let isPatient = false;
      const http = {
        req,
        res,
        isPatient() {
          isPatient = true;
        },
      };
      const reply = await untilStoreIsAway(store, handle(http), () => isPatient || res.writableEnded || res.destroyed);
      if (reply !== answered) write(res, reply);
    });
  }
  for (const [path, known] of methods) app.all(path, (req, res) => refuseMethod(req, res, known));
}

function write(res: Response, { status, body, headers }: AnyReply): void {
  writeJson(res, status, body, headers);
}

function refuseMethod(req: Request, res: Response, known: readonly string[]): void {
  const allow = [...known, ...(known.includes('get') ? ['head'] : []), 'options'].map((name) => name.toUpperCase());
  res.set('allow', allow.join(', '));
  if (req.method === 'OPTIONS') {
    res.status(204).end();
    return;
  }
  const detail = `${req.method} is not known at this address; there are ${allow.join(', ')}.`;
  throw new ProblemError({ code: 'method_not_allowed', detail });
}
