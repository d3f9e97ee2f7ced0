import { createServer, type Socket } from 'node:net';
import type { Taken } from '@broadstreet-sync/budget';
import { afterEach, describe, expect, test } from 'vitest';
import { createClient, createCountingBudget, createZone, errorOf, errorsOf, listZones } from './testing/client.ts';
import { type Answering, type Host, listen, sendJson, startHost } from './testing/host.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function host(answer: Answering): Promise<Host> {
  const started = await startHost(answer);
  stops.push(() => started.stop());
  return started;
}

/** A port behind which each connection is treated so. */
async function portOf(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

describe('a status', () => {
  test.for([
    [400, 'validation', 'refused', 'refused'],
    [401, 'authentication', 'access_token_refused', 'refused'],
    [403, 'authentication', 'access_token_refused', 'refused'],
    [404, 'dependency', 'not_found', 'refused'],
    [408, 'network', 'request_timeout', 'unknown'],
    [409, 'conflict', 'conflict', 'refused'],
    [410, 'dependency', 'gone', 'refused'],
    [413, 'contract', 'unexpected_status', 'refused'],
    [422, 'validation', 'refused', 'refused'],
    [429, 'quota', 'rate_limited', 'refused'],
    [500, 'network', 'server_error', 'unknown'],
    [502, 'network', 'server_error', 'unknown'],
    [503, 'network', 'server_error', 'unknown'],
    [599, 'network', 'server_error', 'unknown'],
    [301, 'contract', 'redirected', 'unknown'],
    [302, 'contract', 'redirected', 'unknown'],
    [307, 'contract', 'redirected', 'unknown'],
    [304, 'contract', 'redirected', 'unknown'],
    [700, 'contract', 'unexpected_status', 'unknown'],
  ] as const)('%i is %s (%s), the outcome of a write %s', async ([status, category, code, outcome]) => {
    const { baseUrl } = await host((response) => {
      response.writeHead(status, { location: 'http://elsewhere.example/' });
      response.end();
    });

    const error = await errorOf(createClient({ baseUrl }).write(createZone));

    expect(error).toMatchObject({ category, code, outcome, status, method: 'POST', path: '/zones' });
  });

  test('401 names the setting to mend', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 401, {}));

    const { read, write } = await errorsOf(baseUrl);

    expect(read.remedy).toContain('BROADSTREET_ACCESS_TOKEN');
    expect(write.remedy).toContain('BROADSTREET_ACCESS_TOKEN');
  });

  test('422 carries the message of each field', async () => {
    const errors = { name: 'has already been taken', alias: ['is too long', 'is odd'], constructor: 'x' };
    const { baseUrl } = await host((response) => sendJson(response, 422, { errors }));

    const { write } = await errorsOf(baseUrl);

    expect(write.fields).toEqual({ name: 'has already been taken', alias: 'is too long, is odd' });
    expect(write.message).toContain('name: has already been taken');
  });

  test('422 and 404 are what they are without a readable body', async () => {
    const cut = await host((response) => {
      response.writeHead(422, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"errors":');
      setImmediate(() => response.destroy());
    });
    const page = await host((response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
    });

    expect((await errorsOf(cut.baseUrl)).write).toMatchObject({ category: 'validation', outcome: 'refused' });
    expect((await errorsOf(page.baseUrl)).write).toMatchObject({ category: 'dependency', outcome: 'refused' });
  });

  test('429 pauses the budget for as long as it says', async () => {
    const { budget, counted } = createCountingBudget();
    const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
    const later = 'Mon, 23 Nov 2026 10:00:07 GMT';
    const headers: Record<string, string>[] = [{ 'retry-after': '3' }, { 'retry-after': later, date }, {}];
    const { baseUrl, seen } = await host((response, _, number) => sendJson(response, 429, {}, headers[number - 1]));
    const client = createClient({ baseUrl, budget });

    const errors = [
      await errorOf(client.list(listZones)),
      await errorOf(client.write(createZone)),
      await errorOf(client.list(listZones)),
    ];

    expect(errors.map((error) => error.retryAfterMs)).toEqual([3000, 7000, undefined]);
    expect(counted.pauses).toEqual([3000, 7000, undefined]);
    expect(counted.ends.map(({ outcome }) => outcome)).toEqual(['rate_limited', 'rate_limited', 'rate_limited']);
    expect(seen).toHaveLength(3);
  });
});

describe('a connection', () => {
  const notSent = { category: 'network', outcome: 'not_sent' };

  test('that is refused sent nothing', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();

    const { read, write } = await errorsOf(`http://127.0.0.1:${port}/api/1`);

    expect(read).toMatchObject({ ...notSent, code: 'connection_refused' });
    expect(write).toMatchObject({ ...notSent, code: 'connection_refused' });
    expect(write.remedy).toContain('BROADSTREET_API_URL');
  });

  test('to an unknown host sent nothing', async () => {
    const { write } = await errorsOf('http://no-such-host.invalid/api/1');

    expect(write).toMatchObject({ ...notSent, code: 'host_not_found' });
  });

  test('that cannot be made secure sent nothing', async () => {
    const port = await portOf((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));

    const { write } = await errorsOf(`https://127.0.0.1:${port}/api/1`);

    expect(write).toMatchObject({ ...notSent, code: 'tls_failed' });
  });

  test('that is not secure in time sent nothing', async () => {
    const port = await portOf(() => undefined);

    const { read, write } = await errorsOf(`https://127.0.0.1:${port}/api/1`, { timeoutMs: 200 });

    expect(read).toMatchObject({ ...notSent, code: 'connect_timeout' });
    expect(write).toMatchObject({ ...notSent, code: 'connect_timeout' });
  });

  test.for([
    ['accepted and dropped', (socket: Socket) => socket.destroy()],
    ['reset after the request', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['ended after the request', (socket: Socket) => socket.once('data', () => socket.end())],
    ['cut in the head', (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 201 Crea'))],
  ] as const)('%s leaves the outcome unknown', async ([, onConnection]) => {
    const port = await portOf(onConnection);

    const error = await errorOf(createClient({ baseUrl: `http://127.0.0.1:${port}/api/1` }).write(createZone));

    expect(error).toMatchObject({ outcome: 'unknown', status: undefined });
  });

  test('that speaks no HTTP is against the contract', async () => {
    const port = await portOf((socket) => socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')));

    const error = await errorOf(createClient({ baseUrl: `http://127.0.0.1:${port}/api/1` }).write(createZone));

    expect(error).toMatchObject({ category: 'contract', code: 'not_http', outcome: 'unknown' });
  });

  test('that was used before and is reset leaves the outcome unknown', async () => {
    const { baseUrl } = await host((response, _, number) => {
      if (number === 1) sendJson(response, 200, { zones: [] });
      else response.socket?.resetAndDestroy();
    });
    const client = createClient({ baseUrl });

    await client.list(listZones);
    const error = await errorOf(client.write(createZone));

    expect(error).toMatchObject({ category: 'network', code: 'connection_lost', outcome: 'unknown' });
  });
});

describe('the deadline', () => {
  test('ends a request that is never answered', async () => {
    const { baseUrl, seen } = await host(() => undefined);

    const { read, write } = await errorsOf(baseUrl, { timeoutMs: 150 });

    expect(read).toMatchObject({ category: 'network', code: 'timeout' });
    expect(write).toMatchObject({ category: 'network', code: 'timeout', outcome: 'unknown' });
    expect(seen).toHaveLength(2);
  });

  test('cuts a body that comes drop by drop', async () => {
    const { baseUrl } = await host((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });

    const { read, write } = await errorsOf(baseUrl, { timeoutMs: 300 });

    expect(read).toMatchObject({ category: 'network', code: 'timeout' });
    expect(write).toMatchObject({ category: 'network', code: 'timeout', outcome: 'unknown' });
  });

  test('does not count the wait for the budget', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 200, { zones: [] }));
    const { budget } = createCountingBudget();
    const take = () => new Promise<Taken>((resolve) => setTimeout(resolve, 400, { waitedMs: 400 }));

    const rows = await createClient({ baseUrl, timeoutMs: 300, budget: { ...budget, take } }).list(listZones);

    expect(rows).toEqual([]);
  });
});

describe('an abort', () => {
  test('before the request is not sent', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, { zones: [] }));

    const { read, write } = await errorsOf(baseUrl, {}, { signal: AbortSignal.abort() });

    expect(read).toMatchObject({ category: 'network', code: 'aborted', outcome: 'not_sent' });
    expect(write).toMatchObject({ category: 'network', code: 'aborted', outcome: 'not_sent' });
    expect(seen).toHaveLength(0);
  });

  test('while it waits for the budget is not sent', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, { zones: [] }));
    const { budget } = createCountingBudget();
    const cancel = new AbortController();
    const take: typeof budget.take = async (options) => {
      cancel.abort();
      options?.signal?.throwIfAborted();
      return { waitedMs: 0 };
    };

    const client = createClient({ baseUrl, budget: { ...budget, take } });
    const error = await errorOf(client.write(createZone, { signal: cancel.signal }));

    expect(error).toMatchObject({ code: 'aborted', outcome: 'not_sent' });
    expect(seen).toHaveLength(0);
  });

  test('of a read on its way ends it', async () => {
    const cancel = new AbortController();
    const { baseUrl, seen } = await host(() => cancel.abort());

    const error = await errorOf(createClient({ baseUrl }).list(listZones, { signal: cancel.signal }));

    expect(error).toMatchObject({ category: 'network', code: 'aborted' });
    expect(seen).toHaveLength(1);
  });

  test('of a write on its way leaves the outcome unknown', async () => {
    const cancel = new AbortController();
    const { baseUrl } = await host(() => cancel.abort());

    const error = await errorOf(createClient({ baseUrl }).write(createZone, { signal: cancel.signal }));

    expect(error).toMatchObject({ category: 'network', code: 'aborted', outcome: 'unknown' });
  });

  test('cuts the pause before a read is sent again', async () => {
    const cancel = new AbortController();
    const { baseUrl, seen } = await host((response) => sendJson(response, 503, {}));
    const meter = { request: () => {}, retry: () => cancel.abort(), rateLimited: () => {}, waited: () => {} };

    const error = await errorOf(createClient({ baseUrl }).list(listZones, { signal: cancel.signal, meter }));

    expect(error).toMatchObject({ code: 'aborted' });
    expect(seen).toHaveLength(1);
  });
});

test('a budget that cannot be asked is an error of ours, and nothing was sent', async () => {
  const { baseUrl, seen } = await host((response) => sendJson(response, 200, { zones: [] }));
  const { budget } = createCountingBudget();
  const take = () => Promise.reject(new Error('Connection is closed.'));

  const { read, write } = await errorsOf(baseUrl, { budget: { ...budget, take } });

  expect(read).toMatchObject({ code: 'budget_unavailable', outcome: 'not_sent' });
  expect(write).toMatchObject({ code: 'budget_unavailable', outcome: 'not_sent' });
  expect(seen).toHaveLength(0);
});
