import type { KindName, Role } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from './closed-object.ts';
import type { ProblemCode } from './problems.ts';

/** One answer of a route; the body's schema is null where it has none. */
export interface Answer<S extends z.ZodType | null = z.ZodType | null> {
  readonly description: string;
  readonly body: S;
  /** Default `application/json`. */
  readonly mediaType?: string;
  /** Columns, where a list is also to be had as CSV, by `Accept: text/csv`. */
  readonly csv?: readonly string[];
  /** Names of headers that say something beside the body. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answers = Readonly<Record<number, Answer>>;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One route of the API: all that a client, the server and the documentation need to know of it. */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  H extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends Answers = Answers,
> {
  readonly method: Method;
  /** With parameters in braces: `/api/runs/{id}`. */
  readonly path: string;
  /** What the key of who asks must let him do; `anyone`: no key is asked for. */
  readonly role: Role | 'anyone';
  readonly summary: string;
  readonly tag: string;
  /** Set where the route exists once for each kind. */
  readonly kind: KindName | null;
  /** Parameters in the path. One that does not fit names nothing that exists: 404. */
  readonly params: P;
  readonly query: Q;
  /** Of the headers, in lower case. */
  readonly headers: H;
  readonly body: B;
  readonly answers: A;
  /** Beside those that every such route may answer with. With `too_many_requests` among them a client may ask only so often. */
  readonly problems: readonly ProblemCode[];
}

/** What most routes do not take. */
export const none = {
  kind: null,
  params: closedObject({}),
  query: closedObject({}),
  headers: z.object({}),
  body: closedObject({}).optional(),
  problems: [] satisfies ProblemCode[],
};

/** Declares a route; the types of its schemas stay known. */
export function defineRoute<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  const A extends Answers,
>(route: Route<P, Q, H, B, A>): Route<P, Q, H, B, A> {
  return route;
}
