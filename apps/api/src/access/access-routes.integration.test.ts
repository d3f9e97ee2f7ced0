import { once } from 'node:events';
import { createServer } from 'node:http';
import { api, pathOf, type Route, routes } from '@broadstreet-sync/contract';
import { isEnough, type Role, roles } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;
const keys: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  t = await createApiBed({ mayBeOpen: false });
  for (const role of roles) {
    keys[role] = (await t.store.keys.create({ name: `a ${role}`, role, createdBy: 'test' }))?.key ?? '';
  }
});
afterAll(() => t.close());

function bearer(role: Role): { authorization: string } {
  return { authorization: `Bearer ${keys[role]}` };
}

/** Every route but those that stay open, with parameters that name nothing. */
const addresses = routes
  .filter(({ route }) => !route.path.endsWith('/events'))
  .map(({ id, route }) => ({
    id,
    route,
    path: pathOf(route, { id: 'f'.repeat(24), _id: 'f'.repeat(24), kind: 'zones' }),
  }));
const guarded = addresses.filter(({ route }) => route.role !== 'anyone');
const changing = guarded.filter(({ route }) => route.method !== 'get');
const board = [
  { method: 'get', path: '/admin/queues/api/queues' },
  { method: 'put', path: '/admin/queues/api/queues/pause' },
  { method: 'put', path: '/admin/queues/api/queues/sync/pause' },
  { method: 'put', path: '/admin/queues/api/queues/sync/clean/completed' },
] as const;

/** Documents but the audit trail's. */
async function countDocuments(): Promise<number> {
  const collections = (await t.db.collections()).filter(({ collectionName }) => collectionName !== 'audit');
  const counts = await Promise.all(collections.map((collection) => collection.countDocuments()));
  return counts.reduce((sum, count) => sum + count, 0);
}

function allowed({ role }: Route, has: Role): boolean {
  return role === 'anyone' || isEnough(has, role);
}

describe('without a key', () => {
  it('every route and the board answer 401, which says what to do, and do nothing', async () => {
    const before = await countDocuments();
    for (const { route, path } of guarded) {
      const { status, body, headers } = await t.http[route.method](path);

      expect([path, status, body.code]).toEqual([path, 401, 'key_required']);
      expect(body.detail).toContain('./sync keys create');
      expect(headers['www-authenticate']).toContain('Bearer');
    }
    for (const { method, path } of board) expect([path, (await t.http[method](path)).status]).toEqual([path, 401]);
    expect(await countDocuments()).toBe(before);
    expect(await t.queues.queues[0]?.isPaused()).toBe(false);
  });

  it('whether the process lives and is ready can be asked', async () => {
    expect((await t.call(api.isLive[0])).status).toBe(200);
    expect((await t.call(api.isReady[0])).status).toBe(200);
  });

  it('a key that nobody has made is refused, in whatever form', async () => {
    for (const authorization of [`Bearer bss_${'x'.repeat(43)}`, 'Bearer x', `Bearer ${keys.admin}x`]) {
      const { status, body } = await t.call(api.getStatus[0], { headers: { authorization } });

      expect([status, body.code]).toEqual([401, 'key_refused']);
    }
    expect((await t.call(api.getStatus[0], { headers: { authorization: 'Basic eDp5' } })).body.code).toBe(
      'key_required',
    );
  });

  it('a body is not even read', async () => {
    const request = t.http.post('/api/local/zones').set('content-type', 'application/json');

    expect((await request.send('{"name":')).status).toBe(401);
  });

  it('a person who opens a page of ours is taken to the log-in, and back', async () => {
    const { status, headers } = await t.http.get('/admin/queues/queue/sync?page=2').set('accept', 'text/html,*/*');

    expect([status, headers.location]).toEqual([303, '/login?next=%2Fadmin%2Fqueues%2Fqueue%2Fsync%3Fpage%3D2']);
  });
});

describe('a key', () => {
  it.each(roles)('of the role %s may do what its role allows, on every route', async (role) => {
    for (const { route, path } of addresses) {
      // An admin must not take away what the next tests need, nor does anybody log in.
      if (allowed(route, role) && route.method !== 'get') continue;
      const { status, body } = await t.http[route.method](path).set(bearer(role));

      if (allowed(route, role)) expect([path, status < 400 || [404, 422].includes(status)]).toEqual([path, true]);
      else expect([path, status, body.code]).toEqual([path, 403, 'role_too_low']);
    }
  });

  it('of a viewer changes nothing, neither on a route nor on the board', async () => {
    const before = await countDocuments();
    for (const { route, path } of changing) {
      expect([path, (await t.http[route.method](path).set(bearer('viewer'))).status]).toEqual([path, 403]);
    }
    for (const { method, path } of board.slice(1)) {
      for (const role of ['viewer', 'operator'] as const) {
        const { status, body } = await t.http[method](path).set(bearer(role));
        expect([path, status, body.code]).toEqual([path, 405, 'method_not_allowed']);
      }
    }
    expect(await countDocuments()).toBe(before);
    expect(await t.queues.queues[0]?.isPaused()).toBe(false);
  });

  it('says who it is on runs and in the audit trail', async () => {
    const { status, body } = await t.call(api.syncAll[0], { headers: bearer('operator') });
    const refused = await t.call(api.createKey[0], { headers: bearer('operator'), body: { name: 'x', role: 'admin' } });
    const trail = await t.call(api.listAudit[0], { headers: bearer('admin'), query: { name: 'a operator' } });

    expect([status, body.requested_by, refused.status]).toEqual([202, 'a operator', 403]);
    expect(trail.body.items.slice(0, 2)).toMatchObject([
      { action: 'createKey', status: 403, code: 'role_too_low', request_id: refused.headers['x-request-id'] },
      { action: 'syncAll', method: 'POST', path: '/api/sync/all', status: 202, run_id: body.id, role: 'operator' },
    ]);
  });

  it('is made, shown once, used and revoked', async () => {
    const headers = bearer('admin');
    const made = await t.call(api.createKey[0], { headers, body: { name: 'for a script', role: 'viewer' } });
    const again = await t.call(api.createKey[0], { headers, body: { name: 'for a script', role: 'viewer' } });
    const own = { authorization: `Bearer ${made.body.key}` };
    const before = await t.call(api.getStatus[0], { headers: own });
    const list = await t.call(api.listKeys[0], { headers });
    const revoked = await t.call(api.revokeKey[0], { headers, params: { id: made.body.id } });
    const after = await t.call(api.getStatus[0], { headers: own });
    const next = await t.call(api.createKey[0], { headers, body: { name: 'for a script', role: 'viewer' } });

    expect([made.status, again.status, before.status, revoked.status, after.status]).toEqual([201, 409, 200, 200, 401]);
    expect([next.status, made.body.key.startsWith(made.body.prefix)]).toEqual([201, true]);
    expect(list.text).not.toContain(made.body.key);
    expect(list.body.items[0]).toMatchObject({ name: 'for a script', created_by: 'a admin' });
    expect(JSON.stringify(await t.db.collection('access_keys').find().toArray())).not.toContain(made.body.key);
  });

  it('that is the last of an admin is not revoked by a route', async () => {
    const { body } = await t.call(api.listKeys[0], { headers: bearer('admin') });
    const { id } = body.items.find(({ role }: { role: Role }) => role === 'admin');

    const { status, body: problem } = await t.call(api.revokeKey[0], { headers: bearer('admin'), params: { id } });

    expect([status, problem.code]).toEqual([409, 'last_admin_key']);
  });
});

it('a stream ends soon after the key of who reads it', async () => {
  const made = await t.store.keys.create({ name: 'reader', role: 'viewer', createdBy: 'test' });
  const server = createServer(t.api.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const stream = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${made?.key}` } });
  const ended = stream.text();

  if (made) await t.store.keys.revoke(made.document._id, 'test');

  await ended;
  const again = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${made?.key}` } });

  expect([stream.status, again.status]).toEqual([200, 401]);
  server.close();
});

describe('a log-in', () => {
  async function logIn(role: Role, headers: Record<string, string> = {}): Promise<string> {
    const { status, headers: answer } = await t.call(api.logIn[0], { body: { key: keys[role] ?? '' }, headers });
    expect(status).toBe(200);
    return String(answer['set-cookie']);
  }
  const cookieOf = (line: string) => line.split(';', 1)[0] ?? '';

  it('gives a cookie that scripts and other sites do not reach, over https only where there is https', async () => {
    const plain = await logIn('viewer');
    const secure = await logIn('viewer', { host: 'sync.example', origin: 'https://sync.example' });

    expect(plain).toMatch(/^broadstreet-sync-\d+=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect(secure).toMatch(/^broadstreet-sync-session=.*; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('stands for its key until the log-out', async () => {
    const host = 'localhost:4000';
    const cookie = cookieOf(await logIn('operator', { host }));
    const headers = { cookie, host };
    const who = await t.call(api.getSession[0], { headers });
    const trigger = await t.call(api.syncAll[0], { headers, query: { queue: 'true' } });
    const out = await t.call(api.logOut[0], { headers });
    const after = await t.call(api.getSession[0], { headers });
    const refused = await t.call(api.getStatus[0], { headers });

    expect(who.body).toMatchObject({ needs_key: true, name: 'a operator', role: 'operator' });
    expect([trigger.status, trigger.body.requested_by, out.status]).toEqual([202, 'a operator', 204]);
    expect(after.body).toEqual({ needs_key: true, name: null, role: null, expires_at: null });
    expect(refused.status).toBe(401);
  });

  it('ends with its key, and is stored by a hash that nobody makes without the secret key', async () => {
    const made = await t.store.keys.create({ name: 'soon gone', role: 'viewer', createdBy: 'test' });
    const { headers: given } = await t.call(api.logIn[0], {
      body: { key: made?.key ?? '' },
      headers: { host: 'localhost' },
    });
    const headers = { cookie: cookieOf(String(given['set-cookie'])), host: 'localhost' };
    const before = await t.call(api.getStatus[0], { headers });
    const stored = JSON.stringify(await t.db.collection('sessions').find().toArray());
    if (made !== null && made !== undefined) await t.store.keys.revoke(made.document._id, 'test');
    const after = await t.call(api.getStatus[0], { headers });

    expect([before.status, after.status]).toEqual([200, 401]);
    expect(stored).not.toContain(headers.cookie.split('=')[1]);
  });

  it('by a key that does not hold is refused', async () => {
    const { status, body, headers } = await t.call(api.logIn[0], { body: { key: 'bss_x' } });

    expect([status, body.code, headers['set-cookie']]).toEqual([401, 'key_refused', undefined]);
  });

  it('is of no use to another site, on any route and on the board', async () => {
    const host = 'sync.example';
    const cookie = cookieOf(await logIn('admin', { host }));
    const before = await countDocuments();
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', origin: `https://other.${host}` },
    ];
    for (const headers of foreign) {
      for (const { route, path } of changing) {
        const { status, body } = await t.http[route.method](path).set({ ...headers, host, cookie });
        expect([path, status, body.code]).toEqual([path, 403, 'foreign_origin']);
      }
      for (const { method, path } of board) {
        expect((await t.http[method](path).set({ ...headers, host, cookie })).status).toBe(403);
      }
    }
    expect(await countDocuments()).toBe(before);
  });

  it('a link from elsewhere opens our pages; ours are served under any name of the host', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', host: 'sync.example' };
    const own = { 'sec-fetch-site': 'same-origin', origin: 'https://sync.example', host: '10.0.0.7:4000' };

    expect((await t.http.get('/api/health/live').set(link)).status).toBe(200);
    expect((await t.http.get('/api/health/live').set(own)).status).toBe(200);
  });
});
