import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Draft } from './drafts.ts';

const run = z.object({
  id: z.string(),
  operation: z.enum(['import', 'export']),
  status: z.string(),
  waiting: z.object({ for: z.string() }).nullable(),
  error: z.object({ category: z.string(), code: z.string(), message: z.string() }).nullable(),
  created_at: z.coerce.date(),
  started_at: z.coerce.date().nullable(),
  ended_at: z.coerce.date().nullable(),
});
/** A run as the API shows it. */
export type Run = z.output<typeof run>;

const made = z.object({ _id: z.string() });
const problem = z.looseObject({ code: z.string(), run: run.optional() });

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface TriggerWishes {
  readonly key?: string;
  /** Wait behind the one that runs. */
  readonly isBehind?: boolean;
  /** Kinds that may be created though they can never be deleted. */
  readonly confirm?: readonly string[];
}

/** The few calls of our API that scenarios make. */
export interface ApiClient {
  /** @throws when nothing answers */
  send(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Asks for a run; gives the answer, whatever it is. */
  trigger(operation: Run['operation'], wishes?: TriggerWishes): Promise<{ status: number; run: Run | null }>;
  /** Starts a run that must be accepted. */
  start(operation: Run['operation'], wishes?: TriggerWishes): Promise<Run>;
  run(id: string): Promise<Run>;
  /** The run once it has ended; an API that does not answer is asked again. @throws after `longestMs` */
  ended(id: string, longestMs: number): Promise<Run>;
  /** The same, of a run that is to end so. @throws where it ends otherwise, with what it says of that */
  endedAs(status: string, id: string, longestMs: number): Promise<Run>;
  /** Makes local entities, parents first. Gives their `_id`s by key. */
  make(drafts: readonly Draft[]): Promise<Map<string, string>>;
}

const paths = { import: '/api/sync/all', export: '/api/sync/local-all' } as const;
/** A long run is asked for more seldom: each look counts its tasks. */
const [pollMs, longestPollMs] = [200, 3000];
const pollShare = 0.03;

/** @param url where the API listens now; it may move */
export function createApiClient(url: () => string): ApiClient {
  async function send(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${url()}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...sent,
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }

  async function trigger(operation: Run['operation'], wishes: TriggerWishes = {}) {
    const { key, isBehind = false, confirm } = wishes;
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const path = `${paths[operation]}${isBehind ? '?queue=true' : ''}`;
    const { status, body } = await send('POST', path, confirm === undefined ? {} : { confirm }, headers);
    const found = status < 300 ? run.parse(body) : (problem.safeParse(body).data?.run ?? null);
    return { status, run: found };
  }

  const client: ApiClient = {
    send,
    trigger,
    async start(operation, wishes) {
      const { status, run: started } = await trigger(operation, wishes);
      if (started === null || status >= 300) throw new Error(`The ${operation} is answered ${status}.`);
      return started;
    },
    async run(id) {
      const { status, body } = await send('GET', `/api/runs/${id}`);
      if (status !== 200) throw new Error(`The run ${id} is answered ${status}.`);
      return run.parse(body);
    },
    async ended(id, longestMs) {
      const startedAt = Date.now();
      const giveUpAt = startedAt + longestMs;
      for (;;) {
        const now = await client.run(id).catch(() => null);
        if (now !== null && now.ended_at !== null) return now;
        if (Date.now() > giveUpAt) {
          const stand =
            now === null ? 'the API did not answer' : `it is ${now.status}, waiting for ${now.waiting?.for}`;
          throw new Error(`The run ${id} has not ended in ${longestMs / 1000} s: ${stand}.`);
        }
        await delay(Math.min(longestPollMs, pollMs + (Date.now() - startedAt) * pollShare));
      }
    },
    async endedAs(status, id, longestMs) {
      const ended = await client.ended(id, longestMs);
      if (ended.status === status) return ended;
      const { body } = await send('GET', `/api/runs/${id}/errors?limit=3`);
      const said = `${ended.error?.message ?? ''} ${JSON.stringify(body)}`;
      throw new Error(`The ${ended.operation} ${id} ended as ${ended.status}, not ${status}: ${said}`);
    },
    async make(drafts) {
      const ids = new Map<string, string>();
      for (const { key, kind, fields, parents } of drafts) {
        const named = Object.entries(parents).map(([field, of]) => [field, ids.get(String(of)) ?? of]);
        const { status, body } = await send('POST', `/api/local/${kind}`, { ...fields, ...Object.fromEntries(named) });
        if (status !== 201) throw new Error(`The draft ${key} is answered ${status}: ${JSON.stringify(body)}`);
        ids.set(key, made.parse(body)._id);
      }
      return ids;
    },
  };
  return client;
}
