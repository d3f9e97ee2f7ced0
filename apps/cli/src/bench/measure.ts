import { countWindows, type SimulatedRequest, type Vitals, vitalsOf, withVitals } from '@broadstreet-sync/testkit';
import { z } from 'zod';
import { createDeaths } from '../chaos/deaths.ts';
import type { Lab } from '../chaos/lab.ts';
import { createStage, type Stage } from '../chaos/stage.ts';
import type { Figures } from './figures.ts';
import { keepBusy } from './keep-busy.ts';
import { measureNaive } from './naive.ts';
import { type Needed, neededForImport } from './needed.ts';
import { prepareExport } from './prepare-export.ts';
import { watchRedis } from './redis-memory.ts';
import type { Row } from './rows.ts';

const accepted = z.object({ id: z.string() });
const longestMs = 3_600_000;
/** A rate at which a whole import is made once before: a worker lives for weeks, and its first seconds are not measured. */
const quickRate = 50;
/** Where the rate is found, what is measured begins after this. */
const findingMs = 60_000;
/** What our settings allow where the rate is to be found. */
const highestRate = 100;

/** What was measured, with the clock of the machine in ms. */
interface Measured {
  readonly from: number;
  readonly to: number;
  readonly needed: Needed;
}

/** Measures one row: stores are shared, account, database, queues and processes are its own. */
export async function measureRow(lab: Lab, row: Row): Promise<Figures> {
  const rate = row.limit === null ? null : { limit: row.limit };
  const account = { ...row.account, settings: { latency_ms: row.latencyMs, rate } };
  const target = row.operation === 'export' ? ({ account: 'bare', settings: account.settings } as const) : account;
  const stage = await createStage(lab, createDeaths(), { account: target, env: settingsOf(row) });
  try {
    for (let at = 0; at < row.workers; at += 1) await stage.crew.start({}, 'usual');
    return await measureStage(lab, row, stage);
  } finally {
    await stage.close();
  }
}

function settingsOf({ limit, isFound }: Row): Readonly<Record<string, string>> {
  const rate = isFound ? 'auto' : limit === null ? 'unlimited' : String(limit);
  const own = { BROADSTREET_RATE: rate, BROADSTREET_RATE_MAX: String(highestRate), WORKER_CONCURRENCY: '' };
  return { ...withVitals, ...own, BROADSTREET_TIMEOUT_MS: '30000', BROADSTREET_SETTLE_MS: '60000' };
}

async function measureStage(lab: Lab, row: Row, stage: Stage): Promise<Figures> {
  const { account } = stage;
  const memory = await watchRedis(stage.redis);
  const coldStart = row.isFound ? 0 : await warmUp(row, stage);
  const needed =
    row.operation === 'export' ? await prepareExport(lab, row, stage) : neededForImport(await account.state());
  const entities = await countEntities(row, stage, needed);
  await account.resetStats();
  const [since, before] = [(await account.requests()).at(-1)?.seq ?? 0, await vitalsOfAll(stage)];
  const measured = await run(row, stage, needed);
  const [all, after] = [await account.requests(since), await vitalsOfAll(stage)];
  const redisMb = await memory.mostMb();
  const isPart = row.isFound === true || row.seconds !== undefined;
  const requests = isPart ? all.filter(({ at }) => at >= measured.from && at <= measured.to) : all;
  const arrived = requests.map(({ at }) => at);
  const naive = row.hasPeers ? await measureNaive(account.apiUrl, account.token) : null;
  const times = timesOf(row, requests, measured);
  const peer = (each: number | undefined) =>
    each === undefined ? null : rounded((each * needed.requests) / times.took, 2);
  const cpuMs = sum(after.map(({ cpuMs }) => cpuMs)) - sum(before.map(({ cpuMs }) => cpuMs));
  return {
    row: row.name,
    requests: requests.length,
    over_needed: isPart ? 1 : rounded(requests.length / needed.requests),
    ...times,
    refused: rounded(requests.filter(({ status }) => status === 429).length / requests.length, 4),
    windows: row.limit === null ? null : countWindows(arrived, row.limit),
    cold_start: rounded(coldStart),
    one_at_a_time: peer(naive?.oneAtATime),
    five_and_pause: peer(naive?.fiveAndPause),
    cpu_ms: rounded(cpuMs / all.length, 2),
    memory_mb: Math.round(Math.max(...after.map(({ peakRss }) => peakRss)) / 1e6),
    redis_mb: redisMb,
    entities,
  };
}

/** Has a run made that changes nothing, and gives how long it took from its acceptance to its first request, in seconds. */
async function warmUp(row: Row, { api, account }: Stage): Promise<number> {
  const isWhole = row.operation !== 'export' && (row.limit ?? quickRate) >= quickRate;
  const { body, status } = await api.send('POST', `/api/sync/${isWhole ? 'all' : 'networks'}`, { dry_run: true });
  if (status !== 202) throw new Error(`The first import is answered ${status}: ${JSON.stringify(body)}`);
  const ended = await api.endedAs('succeeded', accepted.parse(body).id, longestMs);
  const first = (await account.requests())[0]?.at ?? Number.NaN;
  return (first - ended.created_at.getTime()) / 1000;
}

async function run(row: Row, stage: Stage, needed: Needed): Promise<Measured> {
  if (row.seconds !== undefined) return { ...(await keepBusy(stage, row.seconds)), needed };
  const { api } = stage;
  const confirm = row.operation === 'export' ? { confirm: ['networks'] } : {};
  const started = await api.start(row.operation === 'export' ? 'export' : 'import', confirm);
  const ended = await api.endedAs('succeeded', started.id, longestMs);
  const from = ended.created_at.getTime();
  return { from: row.isFound ? from + findingMs : from, to: Number(ended.ended_at), needed };
}

/** Ratios to the bound, and what they are made of. */
function timesOf(row: Row, requests: readonly SimulatedRequest[], { from, to, needed }: Measured) {
  const { limit } = row;
  const took = (to - from) / 1000;
  const arrived = requests.map(({ at }) => at);
  const between = ((arrived.at(-1) ?? to) - (arrived[0] ?? from)) / 1000;
  // Of a run that is measured in part, what was answered is what was needed.
  const answered = requests.filter(({ status }) => status !== 429).length;
  const count = row.isFound || row.seconds !== undefined ? answered : needed.requests;
  const bound = limit === null ? null : count / limit + (row.isFound ? 0 : (needed.levels * row.latencyMs) / 1000);
  return {
    took: rounded(took),
    bound: bound === null ? null : rounded(bound),
    ratio: bound === null ? null : rounded(took / bound),
    used: limit === null ? null : rounded(requests.length / limit / took),
    per_second: rounded((requests.length - 1) / between, 1),
  };
}

async function countEntities(row: Row, { account }: Stage, needed: Needed): Promise<number> {
  if (row.operation === 'export') return needed.requests - 1;
  return sum(Object.values(await account.state()).map((rows) => rows.length));
}

/** One after the other: each is asked by a signal, and answers with a line. */
async function vitalsOfAll({ crew }: Stage): Promise<Vitals[]> {
  const all: Vitals[] = [];
  for (const { app } of crew.workers) all.push(await vitalsOf(app));
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
