import { pathOf, routes } from '@broadstreet-sync/contract';
import { eventually, stopApps } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, Reply } from './api-client.ts';
import { draftAccount, layGrounds, makeDrafts, unwelcome } from './drafts.ts';
import { createSystem, type System } from './system.ts';
import { readDatabase, readDatabaseLog, readRedis, readRedisLog } from './what-is-kept.ts';

let system: System;
let api: ApiClient;
const runs: string[] = [];

/** Runs of all sorts, with a remote API that says the token aloud wherever it can. */
beforeAll(async () => {
  system = await createSystem({ LOG_LEVEL: 'trace' });
  const { remote, token } = system.bed;
  await remote.create({ account: 'bare' });
  const grounds = await layGrounds(remote);
  api = await system.startApi();
  const worker = await system.startWorker();
  const message = `GET ?access_token=${token} with ${token} failed`;
  await remote.addFault({ method: 'GET', count: 1, fault: { type: 'status', status: 500, body: { message } } });
  await remote.addFault({
    method: 'GET',
    route: '/zones',
    nth: 2,
    fault: { type: 'status', status: 400, body: message },
  });
  await remote.addFault({ method: 'GET', route: '/campaigns', count: 1, fault: { type: 'html' } });
  await run('/api/sync/all');
  await run('/api/sync/all');

  await makeDrafts(api, draftAccount(grounds));
  const refusal = { type: 'status', status: 422, errors: { notes: [message], [token]: [token] } };
  await remote.addFault({ method: 'POST', route: '/advertisers', name: unwelcome, fault: refusal });
  await remote.addFault({ method: 'POST', route: '/zones', count: 1, fault: { type: 'commit_then_reset' } });
  await run('/api/sync/local-all', { confirm: ['networks'] });

  await worker.kill('SIGTERM');
  await system.startWorker({ BROADSTREET_ACCESS_TOKEN: `wrong-${token}` });
  await run('/api/sync/all');
  await askWrongly(token);
  for (const path of addresses()) await api.send('GET', path);
  await eventually(async () => (await readRedisLog(system.redisFolder)).includes(runs.at(-1) ?? ''));
  await stopApps();
});

afterAll(() => system.close());

async function run(path: string, body?: object): Promise<void> {
  const { id } = await api.start(path, body);
  runs.push(id);
  await api.ended(id);
}

/** Requests that hold the token where it does not belong. */
async function askWrongly(token: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) => ({ method: 'POST', body, headers });
  const wrong: readonly (readonly [string, RequestInit])[] = [
    ['/api/local/zones', post(`{ "name": ${token}`)],
    ['/api/local/zones', post(JSON.stringify({ name: [token], access_token: token }))],
    ['/api/local/zones', post(token, { 'content-type': 'text/plain' })],
    ['/api/sync/all', post(JSON.stringify({ mode: token, filters: { access_token: token } }))],
    [`/api/sync/all?access_token=${token}`, { method: 'POST' }],
    [`/api/zones?limit=${token}&cursor=${token}&sort=${token}`, {}],
    [`/api/runs/${token}`, {}],
    [`/api/local/zones/${token}`, { method: 'PATCH', body: '{}', headers: json }],
    [`/api/nowhere?access_token=${token}`, { headers: { authorization: `Bearer ${token}`, 'if-match': token } }],
  ];
  for (const [path, init] of wrong) expect((await api.request(path, init)).status, path).toBeGreaterThanOrEqual(400);
}

/** Everything that can be read, of every run where it is about one, and the board's own answers. */
function addresses(): string[] {
  const read = routes.filter(({ route }) => route.method === 'get' && !route.path.endsWith('/events'));
  const paths = read.flatMap(({ route }) =>
    route.path.includes('{id}') && route.path.startsWith('/api/runs/')
      ? runs.map((id) => pathOf(route, { id }))
      : route.path.includes('{')
        ? []
        : [route.path],
  );
  const queues = ['sync', 'sync-api'].map((name) => `/admin/queues/api/queues?activeQueue=${name}&status=latest`);
  return [...paths, ...queues, '/admin/queues'];
}

/** What stands around each place where the token is, as it is or encoded. */
function leaksIn(text: string): string[] {
  const { token } = system.bed;
  const forms = [token, Buffer.from(token).toString('base64url'), Buffer.from(token).toString('hex')];
  return forms.flatMap((form) => {
    const at = text.indexOf(form);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 200), at + 200)];
  });
}

/** Every place where something stays, each with a text that must be found there. */
const places = [
  ['the output of the processes', 'run stored', () => system.processes.flatMap(({ lines }) => lines).join('\n')],
  ['Redis', 'sync-api', () => readRedis(system.redis)],
  ['what Redis was told', 'create', () => readRedisLog(system.redisFolder)],
  ['MongoDB', unwelcome, () => readDatabase(system.db)],
  ['what MongoDB was told', unwelcome, () => readDatabaseLog(system.db)],
  ['the answers of the API', unwelcome, () => JSON.stringify(system.replies.map(textOf))],
] as const satisfies readonly (readonly [string, string, () => string | Promise<string>])[];

function textOf({ text, headers }: Reply): unknown {
  return [text, [...headers]];
}

describe('the access token', () => {
  it.each(places)('is nowhere in %s', async (_, known, read) => {
    const text = await read();

    expect(text).toContain(known);
    expect(leaksIn(text)).toEqual([]);
  });

  it('is left out of what the remote API says of it, and named by its setting where it is refused', async () => {
    const errors = system.replies.filter(({ text }) => text.includes('[token]'));
    const [refused] = system.replies.filter(({ text }) => text.includes('access_token_refused'));

    expect(errors.length).toBeGreaterThan(0);
    expect(refused?.text).toContain('BROADSTREET_ACCESS_TOKEN');
  });
});
