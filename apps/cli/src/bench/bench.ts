import { z } from 'zod';
import { createSurroundings, type Surroundings, type SurroundingsSettings } from './surroundings.ts';

/** One thing to measure. */
interface Scenario extends SurroundingsSettings {
  readonly operation: 'import' | 'export';
  /** Levels in which requests are made: each costs one latency. */
  readonly levels: number;
}

/** What a scenario came to; times in seconds. */
export interface BenchResult {
  readonly scenario: string;
  readonly requests: number;
  readonly rate_limited: number;
  readonly most_in_one_second: number;
  /** Requests divided by the rate, and one latency for each level. */
  readonly bound: number;
  /** From the first request to the end of the run. */
  readonly took: number;
  readonly ratio: number;
  /** From the trigger of a first run to its first request: the budget begins with a pause. */
  readonly cold_start: number;
}

const scenarios: readonly Scenario[] = [
  { operation: 'import', account: 'R', rate: 50, latencyMs: 100, levels: 5 },
  { operation: 'import', account: 'L', rate: 50, latencyMs: 100, levels: 5 },
  { operation: 'export', account: 'bare', rate: 50, latencyMs: 100, levels: 4 },
];
const exportedOfEach = 60;

const run = z.object({
  id: z.string(),
  status: z.string(),
  created_at: z.coerce.date(),
  ended_at: z.coerce.date().nullable(),
});
const entity = z.looseObject({ _id: z.string() });
const page = z.object({ items: z.array(z.looseObject({ id: z.number() })) });
const stats = z.object({ total: z.number(), rate_limited: z.number(), most_in_one_second: z.number() });
const requests = z.object({ items: z.array(z.object({ at: z.number() })) });

/** Measures each scenario on the simulator, and prints ratios to the bound: as a table, or as JSON. */
export async function bench({ json }: { json: boolean }): Promise<void> {
  const results: BenchResult[] = [];
  for (const scenario of scenarios) {
    const surroundings = await createSurroundings(scenario);
    try {
      results.push(await measure(scenario, surroundings));
    } finally {
      await surroundings.stop();
    }
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  else console.table(results);
}

async function measure(scenario: Scenario, { apiUrl, accountUrl }: Surroundings): Promise<BenchResult> {
  const { operation, account, rate, latencyMs, levels } = scenario;
  // Once without effect: a worker lives for weeks, and what is measured is not its first seconds.
  const cold = await finished(apiUrl, '/api/sync/all', { dry_run: operation === 'import' });
  const pause = await firstRequest(accountUrl, 0);
  if (operation === 'export') await prepareLocals(apiUrl);
  await post(`${accountUrl}/stats/reset`, {});
  const since = Date.now();
  const ended = await finished(apiUrl, operation === 'import' ? '/api/sync/all' : '/api/sync/local-all');
  const counted = stats.parse(await get(`${accountUrl}/stats`));
  const first = await firstRequest(accountUrl, since);
  const bound = counted.total / rate + (levels * latencyMs) / 1000;
  const took = (Number(ended.ended_at) - first) / 1000;
  return {
    scenario: `${operation} of ${operation === 'import' ? account : `${5 * exportedOfEach} entities`}, ${rate}/s, ${latencyMs} ms`,
    requests: counted.total,
    rate_limited: counted.rate_limited,
    most_in_one_second: counted.most_in_one_second,
    bound: rounded(bound),
    took: rounded(took),
    ratio: rounded(took / bound),
    cold_start: rounded((pause - Number(cold.created_at)) / 1000),
  };
}

/** When the first request since then arrived, in epoch milliseconds. */
async function firstRequest(accountUrl: string, since: number): Promise<number> {
  const { items } = requests.parse(await get(`${accountUrl}/requests`));
  return Math.min(...items.map(({ at }) => at).filter((at) => at >= since));
}

/** Local entities of all kinds, each hanging on those before it. */
async function prepareLocals(apiUrl: string): Promise<void> {
  const [network] = page.parse(await get(`${apiUrl}/api/networks`)).items;
  const add = async (kind: string, fields: object) =>
    entity.parse(await post(`${apiUrl}/api/local/${kind}`, fields))._id;
  for (let at = 0; at < exportedOfEach; at += 1) {
    const advertiser_id = await add('advertisers', { name: `Advertiser ${at}`, network_id: network?.id });
    const zone_id = await add('zones', { name: `Zone ${at}`, network_id: network?.id });
    const destination = 'https://example.com/';
    const advertisement_id = await add('advertisements', { name: 'Ad', type: 'static', destination, advertiser_id });
    const campaign_id = await add('campaigns', { name: 'Campaign', start_date: '2026-01-01', advertiser_id });
    await add('placements', { campaign_id, advertisement_id, zone_id });
  }
}

async function finished(apiUrl: string, path: string, body: object = {}): Promise<z.output<typeof run>> {
  const ended = run.parse(await post(`${apiUrl}${path}?wait=600`, body));
  if (ended.status !== 'succeeded') throw new Error(`The run ${ended.id} ended as ${ended.status}.`);
  return ended;
}

async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
