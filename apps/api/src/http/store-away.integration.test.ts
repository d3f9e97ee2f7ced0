import { once } from 'node:events';
import { createServer } from 'node:http';
import { api, type Route } from '@broadstreet-sync/contract';
import { createStore } from '@broadstreet-sync/store';
import { eventually, testBed } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';

let t: ApiBed;
let proxy: TcpProxy;

beforeAll(async () => {
  const uri = new URL(testBed().mongoUri);
  proxy = await createTcpProxy(Number(uri.port));
  // Past the proxy the driver would find the server under its own address, unless it is told not to look.
  const store = await createStore(`mongodb://127.0.0.1:${proxy.port}${uri.pathname}?directConnection=true`);
  t = await createApiBed({ store });
});
afterEach(async () => {
  proxy.mend();
  await eventually(async () => (await t.call(api.isReady[0])).status === 200);
});
afterAll(async () => {
  await t.close();
  await proxy.close();
});

const asked: [string, Route | undefined, object | undefined][] = [
  ['a list', api.listRuns[0], undefined],
  ['a trigger', api.syncAll[0], {}],
  ['a draft', api.createLocal[0], { name: 'x' }],
];

describe.each([
  ['is silent', () => proxy.silence()],
  ['is cut off', () => proxy.cut()],
])('while MongoDB %s', (_, spoil) => {
  it.each(asked)('%s is answered 503, with what to do', async (_name, route, body) => {
    spoil();
    const answer = await t.call(route, body === undefined ? {} : { body });

    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'store_away', '5']);
    expect(answer.body.detail).toContain('MONGODB_URI');
  });

  it('readiness says so, and liveness goes on', async () => {
    spoil();
    const ready = await t.call(api.isReady[0]);
    const live = await t.call(api.isLive[0]);

    expect([ready.status, ready.body.mongodb, ready.body.redis]).toEqual([503, 'down', 'up']);
    expect(live.status).toBe(200);
  });
});

it('while MongoDB is silent readiness does not wait as long as a request does', async () => {
  proxy.silence();
  const list = t.call(api.listRuns[0]).then(() => 'list');
  const readiness = t.call(api.isReady[0]).then(() => 'readiness');

  expect(await Promise.race([list, readiness])).toBe('readiness');

  await Promise.all([list, readiness]);
});

describe('when MongoDB is back', () => {
  it('a stream that was open goes on by itself', async () => {
    const { body } = await t.call(api.syncAll[0]);
    // A trigger that was answered 503 may have been stored all the same.
    const id: string = body.id ?? body.run.id;
    const server = createServer(t.api.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : '';
    const answer = await fetch(`http://127.0.0.1:${port}/api/runs/${id}/events`);
    proxy.cut();
    expect((await t.call(api.listRuns[0])).status).toBe(503);
    proxy.mend();
    await eventually(() => t.store.runs.finish(id, 'cancelled', {}, null));
    const text = await answer.text();
    server.close();

    expect(text).toContain('"status":"queued"');
    expect(text).toContain('"status":"cancelled"');
  });
});
