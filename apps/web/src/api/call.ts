import { type Answers, pathOf, type Route } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import type { z } from 'zod';
import { offline, ProblemError, readProblem } from './problem.ts';

/** What a request has beside its route. */
export interface Asked<Q, B> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Q;
  readonly body?: B;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal;
}

type Good = 200 | 201 | 202 | 204;
type BodyOf<A extends Answers, S> = S extends keyof A
  ? A[S] extends { readonly body: infer Body }
    ? Body extends z.ZodType
      ? z.output<Body>
      : null
    : null
  : never;

/** The bodies of a route's good answers. */
export type Answered<A extends Answers> = { [S in keyof A & Good]: BodyOf<A, S> }[keyof A & Good];

export interface Reply<Body> {
  readonly body: Body;
  readonly etag: string | undefined;
}

/** The one route under a name. */
export function only<R extends Route>(routes: readonly R[]): R {
  const [route] = routes;
  if (route === undefined) throw new Error('there is no such route');
  return route;
}

/** The route of a kind. */
export function ofKind<R extends Route>(routes: readonly R[], kind: KindName): R {
  const route = routes.find((each) => each.kind === kind);
  if (route === undefined) throw new Error(`${kind} have no such route`);
  return route;
}

function queryOf(query: unknown): string {
  if (typeof query !== 'object' || query === null) return '';
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** Sends a request and gives its answer, whatever it is. @throws ProblemError `offline` where there is none */
async function send(route: Route, { params, query, body, ifMatch, signal }: Asked<unknown, unknown>) {
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', ifMatch);
  const init: RequestInit = { method: route.method.toUpperCase(), headers, signal: signal ?? null };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(`${pathOf(route, params)}${queryOf(query)}`, init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw offline();
  }
}

/**
 * Asks a route of the contract, and reads the answer by its schema.
 *
 * @throws ProblemError in the API's own words
 */
export async function ask<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
>(route: Route<P, Q, H, B, A>, asked: Asked<z.input<Q>, z.input<B>> = {}): Promise<Reply<Answered<A>>> {
  const answer = await send(route, asked);
  if (!answer.ok) throw await readProblem(answer);
  const schema = route.answers[answer.redirected ? 200 : answer.status]?.body ?? null;
  const body = schema === null ? null : await read(schema, answer);
  // The schema is the one that the route declares for this status.
  return { body: body as Answered<A>, etag: answer.headers.get('etag') ?? undefined };
}

async function read(schema: z.ZodType, answer: Response): Promise<unknown> {
  const body: unknown = await answer.json();
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const detail = `The API and this page are of different versions (${issue?.path.join('.')}: ${issue?.message}). Reload the page.`;
  throw new ProblemError({
    type: 'urn:broadstreet-sync:other_version',
    title: detail,
    status: answer.status,
    code: 'other_version',
    detail,
  });
}

/** The body alone. */
export async function askBody<
  P extends z.ZodType,
  Q extends z.ZodType,
  H extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
>(route: Route<P, Q, H, B, A>, asked: Asked<z.input<Q>, z.input<B>> = {}): Promise<Answered<A>> {
  return (await ask(route, asked)).body;
}
