import { setTimeout as delay } from 'node:timers/promises';
import type { RunDocument, RunRequest } from '@broadstreet-sync/store';
import { eventually, type RunningApp, spawnApp } from '@broadstreet-sync/testkit';
import { type Engine, quick } from './engine.ts';

/** When the worker of an import is killed: once this share of its lists is read, or so long after it began to publish. */
export type KillPoint = { readonly share: number } | { readonly publishingMs: number };

/** Lists that a full import of account R reads. */
const listsOfR = 177;

export interface KilledImport {
  readonly run: RunDocument;
  /** How often the worker was killed. */
  readonly kills: number;
  /** Lists that were being read at the kills: these may be asked for again. */
  readonly inFlight: number;
  /** Lists that were asked for more than once. */
  readonly repeated: number;
  /** Those that were asked for when they had been read and stored. */
  readonly askedInVain: readonly string[];
}

/** A worker that is replaced when it is killed. */
export interface MortalWorker {
  app: RunningApp;
}

export async function startMortal({ bed }: Engine): Promise<MortalWorker> {
  // On a busy machine an answer takes its time; it is not to be asked for again because of that.
  return { app: await spawnApp('worker', { ...bed.env, ...quick, BROADSTREET_TIMEOUT_MS: '30000' }) };
}

/** Runs an import, and kills its worker at each of the points that it comes to before its end. */
export async function importUnderKills(
  engine: Engine,
  worker: MortalWorker,
  points: readonly KillPoint[],
  request: Partial<RunRequest> = {},
): Promise<KilledImport> {
  const before = (await engine.bed.remote.requests()).at(-1)?.seq ?? 0;
  const { _id: id } = await engine.trigger(request);
  let [kills, inFlight] = [0, 0];
  for (const point of points) {
    const came = await eventually(() => reached(engine, id, point), { timeoutMs: 300_000 });
    if (came === 'over') break;
    if ('publishingMs' in point) await delay(point.publishingMs);
    await worker.app.kill('SIGKILL');
    kills += 1;
    inFlight += (await engine.store.tasks.list({ run_id: id, action: 'list', state: 'running' }, 0, 1)).total;
    worker.app = (await startMortal(engine)).app;
  }
  const run = await engine.ended(id, 300_000);
  return { run, kills, inFlight, ...(await requestsOf(engine, id, before)) };
}

/** What the account was asked for since the request before the run, beside what the run's tasks say. */
async function requestsOf(
  { bed, store }: Engine,
  id: string,
  before: number,
): Promise<Pick<KilledImport, 'repeated' | 'askedInVain'>> {
  const endedAt = new Map<string, number>();
  for await (const { kind, subject, ended_at } of store.tasks.each({ run_id: id })) {
    endedAt.set(`/${kind} ${subject}`, ended_at?.getTime() ?? Number.POSITIVE_INFINITY);
  }
  const asked = new Map<string, number[]>();
  for (const { route, query, at } of await bed.remote.requests(before)) {
    const list = `${route.replace('GET ', '')} ${Object.values(query)[0] ?? 'account'}`;
    // Counts of a network's lists are asked for beside these.
    if (!endedAt.has(list)) continue;
    asked.set(list, [...(asked.get(list) ?? []), at]);
  }
  return {
    repeated: [...asked.values()].filter(({ length }) => length > 1).length,
    askedInVain: [...asked].flatMap(([list, times]) =>
      times.some((at) => at > (endedAt.get(list) ?? 0)) ? [list] : [],
    ),
  };
}

async function reached({ store }: Engine, id: string, point: KillPoint): Promise<'there' | 'over' | false> {
  const run = await store.runs.get(id);
  if (run === null || run.ended_at !== null) return 'over';
  if ('publishingMs' in point) return run.status === 'publishing' ? 'there' : false;
  const kinds = [...((await store.tasks.progress([id])).get(id)?.values() ?? [])];
  const done = kinds.reduce((sum, { completed }) => sum + completed, 0);
  return done >= point.share * listsOfR ? 'there' : false;
}
