import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { watchRemoteMode } from './remote-mode.ts';

const log = { info: () => undefined };

async function host(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/1`;
}

async function modeOf(baseUrl: string): Promise<string> {
  const watch = await watchRemoteMode(baseUrl, log);
  watch.close();
  return watch.now();
}

it('what introduces itself as a simulator is a demo', async () => {
  const url = await host((req, res) => {
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ simulator: req.url === '/control' }));
  });

  expect(await modeOf(url)).toBe('demo');
});

it.each<[string, RequestListener]>([
  ['knows no such page', (_req, res) => res.writeHead(404).end('{"message":"Not Found"}')],
  ['answers anything with a page', (_req, res) => res.end('<html></html>')],
  ['leads elsewhere', (_req, res) => res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
])('a host on this machine that %s is live', async (_what, listener) => {
  expect(await modeOf(await host(listener))).toBe('live');
});

it('what does not answer counts as live, and so does what is behind TLS, which is not asked', async () => {
  expect(await modeOf('http://127.0.0.1:1/api/1')).toBe('live');
  expect(await modeOf('https://127.0.0.1:1/api/1')).toBe('live');
});
