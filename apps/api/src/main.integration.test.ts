import { once } from 'node:events';
import { createServer } from 'node:http';
import { createStore } from '@broadstreet-sync/store';
import { launchApp, spawnApp, stopApps, testBed } from '@broadstreet-sync/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

afterEach(stopApps);

const started = z.looseObject({ id: z.string(), account: z.looseObject({ mode: z.string() }) });

describe('npm run api', () => {
  it('serves on a port of the system’s choice, and stops in order on SIGTERM with streams and waits open', async () => {
    const { env } = testBed();
    const app = await spawnApp('api', env);
    const ready = await (await fetch(`${app.url}/api/health/ready`)).json();
    const answer = await fetch(`${app.url}/api/sync/all`, { method: 'POST' });
    const run = started.parse(await answer.json());
    const events = await fetch(`${app.url}/api/runs/${run.id}/events`);
    const exit = await app.kill('SIGTERM');
    const text = await events.text();

    expect(ready).toEqual({ status: 'ready', mongodb: 'up', redis: 'up', workers: 0 });
    expect([answer.status, run.account.mode]).toEqual([202, 'demo']);
    expect(text).toContain('"status":"queued"');
    expect(exit).toEqual({ code: 0, signal: null });
  });

  it('serves while Redis is away, says so once, and stops in order', async () => {
    const { env } = testBed();
    const app = await spawnApp('api', { ...env, REDIS_URL: 'redis://127.0.0.1:1' });
    const ready = await fetch(`${app.url}/api/health/ready`);
    const answer = await fetch(`${app.url}/api/sync/all`, { method: 'POST' });
    const exit = await app.kill('SIGTERM');

    expect([ready.status, answer.status]).toEqual([503, 202]);
    expect(app.lines.filter((line) => line.includes('Redis does not answer'))).toHaveLength(1);
    expect(exit).toEqual({ code: 0, signal: null });
  });

  it('says nothing of its secrets, in answers and in its log', async () => {
    const { env, token, mongoUri, redisUrl } = testBed();
    const app = await spawnApp('api', { ...env, LOG_LEVEL: 'trace' });
    const texts: string[] = [];
    for (const path of ['/', '/api/status', '/api/openapi.json', '/api/runs', '/api/local/zones', '/admin/queues']) {
      texts.push(await (await fetch(`${app.url}${path}`)).text());
    }
    texts.push(await (await fetch(`${app.url}/api/sync/all?access_token=${token}`, { method: 'POST' })).text());
    await app.kill('SIGTERM');

    const all = [...texts, ...app.lines].join('\n');
    expect(all).toContain('api listening on');
    for (const secret of [token, mongoUri, redisUrl]) expect(all).not.toContain(secret);
  });

  it('refuses a store that another account filled, and names both', async () => {
    const { env, mongoUri } = testBed();
    const store = await createStore(mongoUri);
    await store.account.claim('https://api.broadstreetads.com/api/1', env.QUEUE_PREFIX ?? '');
    await store.close();
    const app = launchApp('api', env);
    const { code } = await app.exited;

    expect(code).toBe(1);
    expect(app.lines.join('\n')).toContain('https://api.broadstreetads.com/api/1');
    expect(app.lines.join('\n')).toContain(env.BROADSTREET_API_URL);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const app = launchApp('api', { ...testBed().env, PORT: port });
    const { code } = await app.exited;
    other.close();

    expect(code).toBe(1);
    expect(app.lines.join('\n')).toContain(`Port ${port} of 127.0.0.1 is taken.\nStop what uses it, or set PORT`);
  });

  it.each(['0.0.0.0', '192.168.1.5', 'example.org'])(
    'does not listen beyond this machine without a key: %s',
    async (host) => {
      const app = launchApp('api', { ...testBed().env, HOST: host });
      const { code } = await app.exited;

      expect(code).toBe(1);
      expect(app.lines.join('\n')).toContain(`HOST is "${host}"`);
      expect(app.lines.join('\n')).toContain('./sync keys create --name NAME --role admin');
    },
  );

  it('listens beyond this machine once there is a key of an admin, and asks for it', async () => {
    const { env, mongoUri } = testBed();
    const store = await createStore(mongoUri);
    const made = await store.keys.create({ name: 'first', role: 'admin', createdBy: 'test' });
    await store.close();
    const app = await spawnApp('api', { ...env, HOST: '0.0.0.0' });
    const url = app.url.replace('0.0.0.0', '127.0.0.1');
    const headers = { authorization: `Bearer ${made?.key}` };

    const [without, withKey, live] = await Promise.all([
      fetch(`${url}/api/status`),
      fetch(`${url}/api/status`, { headers }),
      fetch(`${url}/api/health/live`),
    ]);

    expect([without.status, withKey.status, live.status]).toEqual([401, 200, 200]);
    expect(app.lines.join('\n')).not.toContain(made?.key);
  });

  it('names all settings that it needs', async () => {
    const app = launchApp('api', {});
    const { code } = await app.exited;

    expect(code).toBe(1);
    expect(app.lines.join('\n')).toMatch(/MONGODB_URI[\s\S]*REDIS_URL/);
  });
});
