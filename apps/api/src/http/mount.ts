import { type Route, routes } from '@broadstreet-sync/contract';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { deedOf, withTrail } from '../access/audit-trail.ts';
import type { Gate } from '../access/gate.ts';
import { sendToLogIn } from '../access/send-to-log-in.ts';
import { thisMachine, type Who } from '../access/who.ts';
import type { ApiParts } from '../parts.ts';
import { answered, type Binding, type Http } from './bind.ts';
import { createLimit } from './limit.ts';
import { untilStoreIsAway } from './patience.ts';
import { ProblemError } from './problem-error.ts';
import { jsonBodiesOnly } from './same-machine.ts';

const maxBody = '1mb';
const lookAgainMs = 10_000;
const ids = new Map(routes.map(({ id, route }) => [route, id]));

function idOf(route: Route): string {
  return ids.get(route) ?? route.path;
}

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

/** Body of a request, in JSON and of no unusual size. Read once who asks is known: strangers send us nothing. */
const readBody = express.json({
  limit: maxBody,
  type: ['application/json', 'application/*+json'],
  reviver(key: string, value: unknown) {
    // Schemas pass over it, and whatever merges objects does not.
    if (key === '__proto__') throw new SyntaxError('a key that no field has');
    return value;
  },
});

interface MountParts extends Pick<ApiParts, 'store' | 'log' | 'onAnswer'> {
  readonly gate: Gate;
}

/** Gives every route its handler, and every path an answer to the methods that it does not have. */
export function mountAll(app: Express, parts: MountParts, bindings: readonly Binding[]): void {
  const limit = createLimit(parts.log);
  const methods = new Map<string, string[]>();
  for (const binding of bindings) {
    const { route } = binding;
    const path = expressPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    const admit: RequestHandler = async (req, res, next) => {
      res.locals.route = route;
      try {
        res.locals.who = await untilStoreIsAway(parts.store, admitted(parts, route, req, res), () => res.destroyed);
      } catch (error) {
        if (sendToLogIn(error, req, res)) return;
        throw error;
      }
      next();
    };
    const body = route.method === 'get' ? [] : [jsonBodiesOnly, readBody];
    app[route.method](path, admit, ...body, async (req, res) => {
      if (route.problems.includes('too_many_requests')) await limit(req);
      await answer(parts, binding, req, res);
    });
  }
  for (const [path, known] of methods) app.all(path, (req, res) => refuseMethod(req, res, known));
}

/** Who asks, if he may. That somebody tried what his key does not allow is kept. */
async function admitted({ gate, store }: MountParts, route: Route, req: Request, res: Response): Promise<Who> {
  if (route.role === 'anyone') return thisMachine;
  try {
    return await gate.admit(req, route.role);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'role_too_low') {
      const who = await gate.who(req);
      const refused = { status: error.status, code: error.code, run_id: null };
      if (who !== null) await store.audit.begin(deedOf(req, res, idOf(route), who), refused);
    }
    throw error;
  }
}

async function answer(parts: MountParts, { route, take }: Binding, req: Request, res: Response): Promise<void> {
  const { store, gate } = parts;
  const who: Who = res.locals.who;
  let isPatient = false;
  const http: Http = {
    req,
    res,
    who,
    isPatient() {
      isPatient = true;
    },
  };
  const isKept = route.role !== 'anyone' && route.method !== 'get';
  const work = take(http);
  const done = isKept ? withTrail(parts, deedOf(req, res, idOf(route), who), work) : work();
  const reply = await untilStoreIsAway(store, done, () => isPatient || res.writableEnded || res.destroyed);
  if (reply === answered) {
    if (!res.writableEnded) endWithKey(gate, route, req, res);
    return;
  }
  parts.onAnswer?.(route, { ...reply, mediaType: 'application/json' });
  writeJson(res, reply.status, reply.body, reply.headers);
}

/** A stream stays open for hours: it ends when the key of who reads it does. */
function endWithKey(gate: Gate, { role }: Route, req: Request, res: Response): void {
  if (role === 'anyone') return;
  const timer = setInterval(() => {
    gate.admit(req, role).catch((error: unknown) => {
      if (error instanceof ProblemError) res.end();
    });
  }, lookAgainMs).unref();
  res.once('close', () => clearInterval(timer));
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
