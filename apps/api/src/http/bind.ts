import type { Answers, Route } from '@broadstreet-sync/contract';
import { type EntityKind, kinds } from '@broadstreet-sync/domain';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Who } from '../access/who.ts';
import { parseParams, parsePart } from './parse-input.ts';

/** What a route's schemas made of a request. */
export interface Input<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly headers: z.output<H>;
  readonly body: z.output<B>;
}

type Headers = Readonly<Record<string, string>>;
type ReplyOf<S, Body> = Body extends z.ZodType
  ? { readonly status: S; readonly body: z.input<Body>; readonly headers?: Headers }
  : { readonly status: S; readonly headers?: Headers };

/** An answer that the route declares. */
export type Reply<A extends Answers> = { [S in keyof A & number]: ReplyOf<S, A[S]['body']> }[keyof A & number];

/** A reply whose status is known by its value. */
export function reply<S extends number>(status: S): { readonly status: S };
export function reply<S extends number, Body>(
  status: S,
  body: Body,
  headers?: Headers,
): { readonly status: S; readonly body: Body; readonly headers: Headers };
export function reply(status: number, body?: unknown, headers: Headers = {}): AnyReply {
  return { status, body, headers };
}

/** The request itself, for answers that are not one JSON body. */
export interface Http {
  readonly req: Request;
  readonly res: Response;
  readonly who: Who;
  /** From here on the request may take as long as it wants, and a store that is away does not end it. */
  readonly isPatient: () => void;
}

/** Stands for a reply that the handler has written itself. */
export const answered = Symbol('answered');

export type Handler<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
> = (input: Input<P, Q, H, B>, http: Http) => Promise<Reply<A> | typeof answered>;

/** An answer of any route. */
export interface AnyReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Headers;
}

/** A route with what answers it. */
export interface Binding {
  readonly route: Route;
  /** Reads a request; gives what does what it asks for. @throws ProblemError `invalid_input`, `not_found` */
  readonly take: (http: Http) => () => Promise<AnyReply | typeof answered>;
}

/** Ties a handler to routes. */
export function bind<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
>(routes: readonly Route<P, Q, H, B, A>[], handler: Handler<P, Q, H, B, A>): Binding[] {
  return routes.map((route) => ({
    route,
    take(http) {
      const params = parseParams(route, http.req);
      const query = parsePart(route.query, http.req.query);
      const headers = parsePart(route.headers, http.req.headers);
      const body = parsePart(route.body, http.req.body);
      return () => handler({ params, query, headers, body }, http);
    },
  }));
}

/** Ties a handler to routes that exist once for each kind. */
export function bindKinds<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
>(routes: readonly Route<P, Q, H, B, A>[], handlerOf: (kind: EntityKind) => Handler<P, Q, H, B, A>): Binding[] {
  return routes.flatMap((route) => {
    if (route.kind === null) throw new Error(`${route.path} is not of a kind`);
    return bind([route], handlerOf(kinds[route.kind]));
  });
}
