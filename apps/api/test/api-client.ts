import { api, pathOf, type RunView } from '@broadstreet-sync/contract';
import { type RunningApp, serverEvents } from '@broadstreet-sync/testkit';
import { z } from 'zod';

/** An answer as it came; redirects are not followed. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** An API process, asked over HTTP. */
export interface ApiClient {
  readonly app: RunningApp;
  request(path: string, init: RequestInit): Promise<Reply>;
  send(method: string, path: string, body?: object): Promise<Reply>;
  /** The body of a 200. */
  get<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>>;
  /** A list, all of its pages. */
  list<S extends z.ZodType>(item: S, path: string): Promise<z.output<S>[]>;
  /** Starts a run, which is to be accepted with 202. */
  start(path: string, body?: object): Promise<RunView>;
  /** What the run's events say, until it has ended. */
  watch(runId: string): AsyncIterable<RunView>;
  /** The run once it has ended. */
  ended(runId: string): Promise<RunView>;
}

const longestRunMs = 100_000;
const biggestPage = 500;

function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error('there is no such route');
  return one;
}

/** The run as the contract has it. */
export const runView = first(api.getRun).answers[200].body;
export const taskErrors = first(api.listErrors).answers[200].body.shape.items.element;
export const results = first(api.listResults).answers[200].body.shape.items.element;
export const syncLogs = first(api.listSyncLogs).answers[200].body.shape.items.element;
export const idMapEntry = first(api.getIdMap).answers[200].body;
/** A page of a plan as the contract has it. */
export const planPage = first(api.getPlan).answers[200].body;
export const entity = z.record(z.string(), z.unknown());

/** @param onReply told of every answer, and of every event of a stream */
export function createApiClient(app: RunningApp, onReply: (reply: Reply) => void): ApiClient {
  async function request(path: string, init: RequestInit): Promise<Reply> {
    const answer = await fetch(`${app.url}${path}`, { redirect: 'manual', ...init });
    const reply = { status: answer.status, headers: answer.headers, text: await answer.text() };
    onReply(reply);
    return reply;
  }

  function send(method: string, path: string, body?: object): Promise<Reply> {
    if (body === undefined) return request(path, { method });
    return request(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  async function expectStatus(status: number, method: string, path: string, body?: object): Promise<unknown> {
    const reply = await send(method, path, body);
    if (reply.status !== status) throw new Error(`${method} ${path} answers ${reply.status}: ${reply.text}`);
    return JSON.parse(reply.text);
  }

  async function listFrom<S extends z.ZodType>(item: S, path: string, cursor: string): Promise<z.output<S>[]> {
    const page = z.object({ items: z.array(item), next: z.string().nullable() });
    const query = `limit=${biggestPage}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { items, next } = await client.get(page, `${path}${path.includes('?') ? '&' : '?'}${query}`);
    return next === null ? items : [...items, ...(await listFrom(item, path, next))];
  }

  const client: ApiClient = {
    app,
    request,
    send,

    async get(schema, path) {
      return schema.parse(await expectStatus(200, 'GET', path));
    },

    list: (item, path) => listFrom(item, path, ''),

    async start(path, body) {
      return runView.parse(await expectStatus(202, 'POST', path, body));
    },

    async *watch(runId) {
      const path = pathOf(first(api.watchRun), { id: runId });
      const answer = await fetch(`${app.url}${path}`, { signal: AbortSignal.timeout(longestRunMs) });
      for await (const { data } of serverEvents(answer)) {
        onReply({ status: answer.status, headers: answer.headers, text: data });
        yield runView.parse(JSON.parse(data));
      }
    },

    async ended(runId) {
      let last: RunView | undefined;
      for await (const run of client.watch(runId)) last = run;
      if (last === undefined || last.ended_at === null) throw new Error(`the events of run ${runId} ended before it`);
      return last;
    },
  };
  return client;
}
