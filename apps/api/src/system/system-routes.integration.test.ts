import { api, routes } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed({ networks: [12, 15], readOnly: true });
});
afterAll(() => t.close());

describe('status', () => {
  it('says DEMO or LIVE, with host and networks', async () => {
    const live = await createApiBed({
      baseUrl: 'https://api.broadstreetads.com/api/1',
      readMode: () => 'live',
    });
    const demo = await t.call(api.getStatus[0]);
    const other = await live.call(api.getStatus[0]);
    await live.close();

    expect(demo.body).toMatchObject({
      account: { mode: 'demo', host: '127.0.0.1:4010', networks: [12, 15] },
      base_url: 'http://127.0.0.1:4010/api/1',
      read_only: true,
      workers: 0,
    });
    expect(other.body.account).toEqual({ mode: 'live', host: 'api.broadstreetads.com', networks: null });
  });

  it('leads on to the rest, from the root too', async () => {
    const { body } = await t.call(api.home[0]);

    for (const path of Object.values<string>(body.links).filter((link) => link !== body.links.events)) {
      expect([path, (await t.http.get(path)).status]).toEqual([path, 200]);
    }
  });
});

describe('health', () => {
  it('is live, and ready with its workers counted', async () => {
    expect((await t.call(api.isLive[0])).body).toEqual({ status: 'live' });
    expect((await t.call(api.isReady[0])).body).toEqual({ status: 'ready', mongodb: 'up', redis: 'up', workers: 0 });
  });
});

describe('the OpenAPI document', () => {
  it('has every route with its answers, and no reference that leads nowhere', async () => {
    const { body } = await t.call(api.getOpenApi[0]);

    for (const { id, route } of routes) {
      const operation = body.paths[route.path]?.[route.method];
      expect(operation?.operationId).toBe(id);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(Object.keys(route.answers)));
    }
    const named = new Set(Object.keys(body.components.schemas).map((name) => `#/components/schemas/${name}`));
    const used = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
    expect(used.filter((target) => target !== undefined && !named.has(target))).toEqual([]);
  });
});

describe('Bull Board', () => {
  it('has every queue of the flow, and says whose account it is', async () => {
    const page = await t.http.get('/admin/queues');
    const { body } = await t.http.get('/admin/queues/api/queues');

    expect(page.text).toContain('DEMO 127.0.0.1:4010, networks 12, 15');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(body.queues.map((queue: { name: string }) => queue.name)).toEqual(t.queues.queues.map(({ name }) => name));
    expect(body.queues.every((queue: { readOnlyMode: boolean }) => !queue.readOnlyMode)).toBe(true);
  });
});
