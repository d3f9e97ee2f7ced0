import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { RemoteError } from '@broadstreet-sync/domain';
import { afterEach, expect, test } from 'vitest';
import { canary, createClient, createCountingBudget, createZone, listZones } from './testing/client.ts';
import { type Answering, listen, sendJson, startHost } from './testing/host.ts';
import type { BroadstreetSettings } from './types.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Every way in which an error may end up somewhere. */
function formsOf(error: Error): string {
  const properties = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
    String(error),
    error.stack,
    ...properties,
  ].join('\n');
}

function expectNoToken(error: unknown): void {
  if (!(error instanceof RemoteError)) throw error;
  const text = formsOf(error);
  expect(text).not.toContain(canary);
  expect(text).not.toContain(encodeURIComponent(canary));
  expect(text).not.toContain('access_token=');
  expect(error.cause === undefined || Object.getPrototypeOf(error.cause) === Error.prototype).toBe(true);
}

async function endsOf(baseUrl: string, settings: Partial<BroadstreetSettings> = {}): Promise<unknown[]> {
  const client = createClient({ baseUrl, ...settings });
  const ends = await Promise.allSettled([client.list(listZones), client.write(createZone)]);
  client.close();
  return ends.map((end) => (end.status === 'rejected' ? end.reason : new Error('did not fail')));
}

const echo = `bad access_token ${canary}`;
const json = { 'content-type': 'application/json' };
const answerings: readonly (readonly [string, Answering])[] = [
  ...[302, 400, 401, 403, 404, 408, 422, 429, 500].map(
    (status) =>
      [String(status), (response) => sendJson(response, status, { message: echo })] as const satisfies [
        string,
        Answering,
      ],
  ),
  ['field errors', (response) => sendJson(response, 422, { errors: { name: echo, [canary]: 'x' } })],
  ['a page', (response) => response.writeHead(200, { 'content-type': `text/html; ${canary}` }).end(echo)],
  ['broken JSON', (response) => response.writeHead(200, json).end(`{"zones": "${echo}`)],
  ['a wrong row', (response) => sendJson(response, 200, { zones: [{ id: echo }], zone: { id: echo } })],
  ['a reset', (response) => response.socket?.resetAndDestroy()],
  ['no answer', () => undefined],
  [
    'a cut body',
    (response) => response.writeHead(200, { ...json, 'content-length': '99' }).write('{', () => response.destroy()),
  ],
];

test.for(answerings)('the token is in no error after %s', async ([, answer]) => {
  const host = await startHost(answer);
  stops.push(() => host.stop());

  const errors = await endsOf(host.baseUrl, { timeoutMs: 300 });

  expect(errors).toHaveLength(2);
  for (const error of errors) expectNoToken(error);
});

test('the token is in no error of a connection that did not come about', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('no HTTP\r\n\r\n'));
  const port = await listen(server);
  stops.push(() => server.close());
  const closed = createServer();
  const closedPort = await listen(closed);
  closed.close();
  const { budget } = createCountingBudget();
  const take = () => Promise.reject(Object.assign(new Error(canary), { code: canary }));

  const errors = [
    ...(await endsOf(`http://127.0.0.1:${port}/api/1`)),
    ...(await endsOf(`https://127.0.0.1:${port}/api/1`)),
    ...(await endsOf(`http://127.0.0.1:${closedPort}/api/1`)),
    ...(await endsOf(`http://127.0.0.1:${port}/api/1`, { budget: { ...budget, take } })),
  ];

  for (const error of errors) expectNoToken(error);
});

test('a path that holds the token does not show it', async () => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1/api/1' });

  const [end] = await Promise.allSettled([client.list({ ...listZones, path: `/zones?access_token=${canary}` })]);

  expect(end?.status === 'rejected' && formsOf(end.reason)).not.toContain(canary);
});
