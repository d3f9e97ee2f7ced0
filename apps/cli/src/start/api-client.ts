import { z } from 'zod';

const counts = z.object({
  total: z.number().nullable(),
  completed: z.number(),
  failed: z.number(),
  blocked: z.number(),
  skipped: z.number(),
});
const runSchema = z.object({
  id: z.string(),
  operation: z.enum(['import', 'export']),
  status: z.string(),
  kinds: z.record(z.string(), counts),
  requests: z.number(),
  eta_seconds: z.number().nullish(),
  error: z.object({ message: z.string(), remedy: z.string().nullish() }).nullish(),
});

/** What a start looks at of a run. */
export type Run = z.output<typeof runSchema>;

const problem = z.object({ detail: z.string().optional(), run: runSchema.optional() });
const health = z.object({ workers: z.number().nullable() });

export interface ApiClient {
  /** Whether the API answers that it is ready, with at least `workers` workers. */
  isReady(workers: number): Promise<boolean>;
  /** Whether a key is needed, which a start has not. */
  asksForKeys(): Promise<boolean>;
  /** The latest runs, newest first. */
  runs(): Promise<Run[]>;
  run(id: string): Promise<Run>;
  /** Imports everything; gives the import that runs already where there is one. */
  importAll(): Promise<Run>;
}

/** The few calls of our own API that a start makes. They reject with the API's own words. */
export function createApiClient(url: string): ApiClient {
  async function ask(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${url}${path}`, init);
    const body: unknown = await answer.json();
    if (answer.ok || answer.status === 409) return { status: answer.status, body };
    throw new Error(`The API answers ${answer.status} to ${path}: ${problem.safeParse(body).data?.detail ?? ''}`);
  }

  return {
    async isReady(workers) {
      try {
        return (health.parse((await ask('/api/health/ready')).body).workers ?? 0) >= workers;
      } catch {
        // Not up yet.
        return false;
      }
    },
    asksForKeys: async () => (await fetch(`${url}/api/status`)).status === 401,
    runs: async () => z.object({ items: z.array(runSchema) }).parse((await ask('/api/runs?limit=100')).body).items,
    run: async (id) => runSchema.parse((await ask(`/api/runs/${id}`)).body),
    async importAll() {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      const { status, body } = await ask('/api/sync/all', init);
      const run = status === 409 ? problem.parse(body).run : runSchema.parse(body);
      if (!run) throw new Error(`The API refuses the import: ${problem.parse(body).detail}`);
      return run;
    },
  };
}
