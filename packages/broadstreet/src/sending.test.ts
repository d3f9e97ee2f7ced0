import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBroadstreet } from './client.ts';
import { canary, createClient, createCountingBudget, createZone, errorOf, listZones } from './testing/client.ts';
import { type Answering, type Host, sendJson, startHost } from './testing/host.ts';
import type { RequestLogEntry } from './types.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) await stop();
});

async function host(answer: Answering): Promise<Host> {
  const started = await startHost(answer);
  stops.push(() => started.stop());
  return started;
}

const zones = { zones: [{ id: 1, name: 'Zone' }] };

describe('a request', () => {
  test('carries path, query, token and body as they were given', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 201, { zone: { id: 1, name: 'Zone ü' } }));
    const client = createClient({ baseUrl: `${baseUrl}/` });

    await client.write({ ...createZone, query: { network_id: 5, name: ' a&b=c ' }, body: { name: 'Zone ü', n: null } });

    expect(client.baseUrl).toBe(baseUrl);
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/api/1/zones' });
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({
      network_id: '5',
      name: ' a&b=c ',
      access_token: canary,
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ name: 'Zone ü', n: null });
    expect(seen[0]?.headers['content-type']).toContain('application/json');
  });

  test('takes the token anew each time', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));
    const tokens = ['first', 'second'];
    let current = '';
    const client = createClient({ baseUrl, token: () => current });

    for (current of tokens) await client.list(listZones);

    expect(seen.map(({ query }) => query.get('access_token'))).toEqual(tokens);
  });

  test('takes a slot of the budget and is counted', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 200, zones));
    const { budget, counted } = createCountingBudget();
    const meter = { requests: 0, waitedMs: 0 };

    await createClient({ baseUrl, budget }).list(listZones, {
      meter: {
        request: () => (meter.requests += 1),
        waited: (ms) => (meter.waitedMs += ms),
        retry: () => expect.unreachable(),
        rateLimited: () => expect.unreachable(),
      },
    });

    expect(counted).toMatchObject({ taken: 1, ends: [{ outcome: 'answered' }] });
    expect(meter).toEqual({ requests: 1, waitedMs: 7 });
  });

  test('of a write whose slot the caller has taken takes none', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 201, { zone: { id: 1, name: 'Zone' } }));
    const { budget, counted } = createCountingBudget();

    await createClient({ baseUrl, budget }).write({ ...createZone, slotTaken: true });

    expect(counted.taken).toBe(0);
  });

  test('is noted in the log without its query', async () => {
    const { baseUrl } = await host((response, { method }) =>
      method === 'GET' ? sendJson(response, 200, zones) : sendJson(response, 422, {}),
    );
    const entries: RequestLogEntry[] = [];
    const client = createClient({ baseUrl, log: (entry) => entries.push(entry) });

    await client.list(listZones);
    await errorOf(client.write(createZone));

    expect(entries).toMatchObject([
      { method: 'GET', path: '/zones', status: 200, result: 'ok', waitedMs: 7 },
      { method: 'POST', path: '/zones', status: 422, result: 'refused' },
    ]);
    expect(JSON.stringify(entries)).not.toContain(canary);
  });

  test.for([
    'zones',
    '/zones?x=1',
    '/zones/../networks',
    '//elsewhere.example/',
    '/zones#x',
    'http://elsewhere.example/',
  ])('to %j is refused before it is sent', async (path) => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));

    const error = await errorOf(createClient({ baseUrl }).list({ ...listZones, path }));

    expect(error).toMatchObject({ category: 'internal', code: 'invalid_request', outcome: 'not_sent' });
    expect(seen).toHaveLength(0);
  });

  test('without a token is refused before it is sent', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));
    const broken = () => {
      throw new Error('no such file');
    };

    for (const token of ['', ' ', broken]) {
      const error = await errorOf(createClient({ baseUrl, token }).list(listZones));
      expect(error).toMatchObject({ category: 'authentication', code: 'access_token_missing', outcome: 'not_sent' });
    }
    expect(seen).toHaveLength(0);
  });

  test('goes past a proxy that the environment names', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));
    const { budget } = createCountingBudget();
    vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
    vi.stubEnv('no_proxy', '');

    const client = createBroadstreet({ baseUrl, token: canary, budget, timeoutMs: 5000, readOnly: false });
    await client.list(listZones);

    expect(seen).toHaveLength(1);
  });
});

describe('a read', () => {
  test('that the network lost is sent again, at most twice, each time with a slot', async () => {
    const { baseUrl, seen } = await host((response) => response.socket?.destroy());
    const { budget, counted } = createCountingBudget();
    let retries = 0;
    const meter = { request: () => {}, retry: () => (retries += 1), rateLimited: () => {}, waited: () => {} };

    const error = await errorOf(createClient({ baseUrl, budget }).list(listZones, { meter }));

    expect(error).toMatchObject({ category: 'network', code: 'connection_lost' });
    expect(seen).toHaveLength(3);
    expect(counted.taken).toBe(3);
    expect(retries).toBe(2);
  });

  test('comes through when the host recovers', async () => {
    const { baseUrl, seen } = await host((response, _, number) =>
      number < 3 ? sendJson(response, 502, {}) : sendJson(response, 200, zones),
    );

    expect(await createClient({ baseUrl }).list(listZones)).toEqual(zones.zones);
    expect(seen.map(({ query }) => query.getAll('access_token'))).toEqual([[canary], [canary], [canary]]);
  });

  test.for([401, 404, 422, 429, 302, 200])('answered with %i is not sent again', async (status) => {
    const { baseUrl, seen } = await host((response) => sendJson(response, status, { odd: true }));

    await errorOf(createClient({ baseUrl }).list(listZones));

    expect(seen).toHaveLength(1);
  });

  test('is not sent again where too much was already', async () => {
    const { baseUrl, seen } = await host((response) => response.socket?.destroy());
    const { budget } = createCountingBudget({ takeRetry: async () => false });

    const error = await errorOf(createClient({ baseUrl, budget }).list(listZones));

    expect(error).toMatchObject({ code: 'connection_lost', usesNoAttempt: false });
    expect(seen).toHaveLength(1);
  });

  test('is not sent again where nobody can say how much was', async () => {
    const { baseUrl, seen } = await host((response) => response.socket?.destroy());
    const { budget } = createCountingBudget({ takeRetry: () => Promise.reject(new Error('Redis is away')) });

    const error = await errorOf(createClient({ baseUrl, budget }).list(listZones));

    expect(error.code).toBe('connection_lost');
    expect(seen).toHaveLength(1);
  });
});

describe('a write', () => {
  const lost: readonly (readonly [string, Answering])[] = [
    ['reset', (response) => response.socket?.resetAndDestroy()],
    ['500', (response) => sendJson(response, 500, {})],
    ['503', (response) => sendJson(response, 503, {}, { 'retry-after': '0' })],
    ['408', (response) => sendJson(response, 408, {})],
    ['429', (response) => sendJson(response, 429, {})],
    [
      'a cut body',
      (response) => response.writeHead(201, { 'content-length': '9' }).write('{', () => response.destroy()),
    ],
  ];
  const methods = ['POST', 'PUT', 'DELETE'] as const;

  test.for(lost.flatMap(([name, answer]) => methods.map((method) => [method, name, answer] as const)))(
    '(%s) that met %s is never sent again',
    async ([method, , answer]) => {
      const { baseUrl, seen } = await host(answer);
      const { budget, counted } = createCountingBudget();

      await errorOf(createClient({ baseUrl, budget }).write({ ...createZone, method }));

      expect(seen).toHaveLength(1);
      expect(counted.taken).toBe(1);
    },
  );

  test('is refused by a client that may only read', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));
    const client = createClient({ baseUrl, readOnly: true });

    const error = await errorOf(client.write(createZone));
    await client.list(listZones);

    expect(error).toMatchObject({ category: 'validation', code: 'read_only', outcome: 'not_sent' });
    expect(error.remedy).toContain('BROADSTREET_READ_ONLY');
    expect(seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('that succeeded stays a success when it is aborted at its end', async () => {
    const cancel = new AbortController();
    const { budget } = createCountingBudget();
    const { baseUrl } = await host((response) => sendJson(response, 201, { zone: { id: 1, name: 'Zone' } }));
    const client = createClient({ baseUrl, budget, log: () => cancel.abort() });

    expect(await client.write(createZone, { signal: cancel.signal })).toEqual({ id: 1, name: 'Zone' });
  });
});

test.for(['not a url', 'ftp://host/api/1', 'https://user:secret@host/api/1', 'https://host/api/1?x=1'])(
  'the address %j is refused at the start',
  (baseUrl) => {
    expect(() => createClient({ baseUrl })).toThrow(
      expect.objectContaining({ code: 'invalid_base_url', remedy: expect.stringContaining('BROADSTREET_API_URL') }),
    );
  },
);
