import { pathOf, routes } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());

/** Every address, with parameters that name nothing. */
const addresses = routes
  .filter(({ route }) => !route.path.endsWith('/events'))
  .map(({ id, route }) => ({
    id,
    method: route.method,
    path: pathOf(route, { id: 'f'.repeat(24), _id: 'f'.repeat(24), kind: 'zones' }),
  }));
const writing = addresses.filter(({ method }) => ['post', 'put', 'patch'].includes(method));

async function countDocuments(): Promise<number> {
  const collections = await t.db.collections();
  const counts = await Promise.all(collections.map((collection) => collection.countDocuments()));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('requests from elsewhere', () => {
  it.each([
    ['foreign_host', { host: 'evil.example' }],
    ['foreign_host', { host: 'localhost.evil.example:4000' }],
    ['foreign_host', { host: '10.0.0.1' }],
    ['foreign_origin', { origin: 'https://evil.example' }],
    ['foreign_origin', { origin: 'http://localhost:9' }],
    ['foreign_origin', { origin: 'null' }],
    ['foreign_origin', { 'sec-fetch-site': 'cross-site' }],
  ])('are refused everywhere and change nothing: %s %j', async (code, headers) => {
    const before = await countDocuments();
    const board = [
      { method: 'get' as const, path: '/admin/queues' },
      { method: 'post' as const, path: '/admin/queues/api/queues/pause' },
    ];
    for (const { method, path } of [...addresses, ...board]) {
      const answer = await t.http[method](path).set(headers);

      expect([path, answer.status, answer.body.code]).toEqual([path, 403, code]);
    }
    expect(await countDocuments()).toBe(before);
  });

  it.each([
    { host: 'localhost:4000' },
    { host: '127.0.0.1' },
    { host: '[::1]:4000' },
    { host: 'localhost:4000', origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('from this machine are served: %j', async (headers) => {
    expect((await t.http.get('/api/status').set(headers)).status).toBe(200);
  });
});

describe('a body that cannot be read', () => {
  it.each([
    ['{"name":', 400, 'malformed_json'],
    ['nonsense', 400, 'malformed_json'],
    ['"text"', 400, 'malformed_json'],
    ['null', 400, 'malformed_json'],
    ['[]', 422, 'invalid_input'],
    [`{"name":"${'x'.repeat(1_100_000)}"}`, 413, 'body_too_large'],
  ])('is told apart: %#', async (text, status, code) => {
    for (const { method, path } of writing) {
      const answer = await t.http[method](path).set('content-type', 'application/json').send(text);

      expect([path, answer.status, answer.body.code]).toEqual([path, status, code]);
      expect(answer.type).toBe('application/problem+json');
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is refused as %s, which a page could send without asking',
    async (type) => {
      for (const { method, path } of writing) {
        const answer = await t.http[method](path).set('content-type', type).send('name=x');

        expect([path, answer.status, answer.body.code]).toEqual([path, 415, 'unsupported_media_type']);
      }
    },
  );

  it('is refused in another encoding', async () => {
    const request = t.http.post('/api/local/zones').set('content-type', 'application/json; charset=iso-8859-1');

    expect((await request.send('{}')).status).toBe(415);
  });
});

describe('operators and keys of prototypes', () => {
  const hostile = [
    '{"$ne":null}',
    '{"$where":"sleep(1000)"}',
    '{"name":{"$gt":""}}',
    '{"name":{"$regex":".*"}}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"filters":{"$or":[]}}',
    '{"filters":{"network_id":{"$ne":0}}}',
    '{"local_ids":[{"$ne":1}]}',
    '{"confirm":{"$in":["networks"]}}',
    '{"network_id":{"$oid":"000000000000000000000000"}}',
    '{"a.b":1}',
  ];

  it.each(hostile)('in a body get 4xx on every route and store nothing: %s', async (text) => {
    const before = await countDocuments();
    for (const { method, path } of writing) {
      const answer = await t.http[method](path).set('content-type', 'application/json').send(text);

      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(500);
    }
    expect(await countDocuments()).toBe(before);
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  it.each(['name[$ne]=x', '$where=1', 'name=a&name=b', '__proto__[x]=1', '__proto__=1', 'q[$regex]=.', 'limit[]=1'])(
    'in a query get 422 on every list: %s',
    async (query) => {
      const lists = addresses.filter(({ id }) => id.startsWith('list') && !/Tasks|Errors|Changes|Results/.test(id));
      for (const { path } of lists) {
        const answer = await t.http.get(`${path}?${query}`);

        expect([path, answer.status, answer.body.code]).toEqual([path, 422, 'invalid_input']);
      }
    },
  );

  it.each(['/api/runs/%E0%A4%A', '/api/zones/%FF'])('in a path that is badly encoded get 400: %s', async (path) => {
    const answer = await t.http.get(path);

    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_request']);
  });
});

describe('an address', () => {
  it('that there is not: 404 that says where to look', async () => {
    for (const path of ['/api', '/api/nothing', '/api/local/things', '/api/sync/things', '/index.html', '/.env']) {
      const answer = await t.http.get(path);

      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'unknown_route']);
    }
  });

  it('with another method: 405 that names those there are', async () => {
    const known = new Map<string, string[]>();
    for (const { path, method } of addresses) known.set(path, [...(known.get(path) ?? []), method.toUpperCase()]);
    for (const [path, methods] of known) {
      const other = (['put', 'delete', 'post'] as const).find((method) => !methods.includes(method.toUpperCase()));
      const answer = await t.http[other ?? 'patch'](path);
      const options = await t.http.options(path);

      expect([path, answer.status, answer.body.code]).toEqual([path, 405, 'method_not_allowed']);
      for (const method of methods) expect(answer.headers.allow).toContain(method);
      expect([options.status, options.headers.allow]).toEqual([204, answer.headers.allow]);
    }
  });

  it('answers HEAD as GET, without a body', async () => {
    const answer = await t.http.head('/api/status');

    expect([answer.status, answer.text]).toEqual([200, undefined]);
  });
});

describe('an answer', () => {
  it('carries what keeps browsers safe, and is not cached', async () => {
    const { headers } = await t.http.get('/api/status');

    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});
