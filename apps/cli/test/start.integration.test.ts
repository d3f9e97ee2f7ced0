import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@broadstreet-sync/runtime';
import { freePort, isPortFree } from '@broadstreet-sync/services';
import { eventually } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Command, childOf, killCommands, runCommandLine } from './command.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  folders.push(folder);
  return folder;
}

const servers = ['mongod', 'redis-server', 'valkey-server'];

/** This machine's PATH, with links to all programs but the servers in place of a folder that has one. */
function pathWithoutServers(): string {
  const path = environment().PATH ?? '';
  const without = (folder: string) => {
    const programs = existsSync(folder) ? readdirSync(folder) : [];
    if (!programs.some((name) => servers.includes(name))) return folder;
    const links = newFolder();
    for (const name of programs.filter((each) => !servers.includes(each))) {
      symlinkSync(join(folder, name), join(links, name));
    }
    return links;
  };
  return path.split(':').map(without).join(':');
}

/** A folder and ports of its own, and a demo in no need of a long wait. */
async function newMachine() {
  const [port, simulatorPort] = [await freePort(), await freePort()];
  const dataDir = newFolder();
  const env = {
    DATA_DIR: dataDir,
    PORT: String(port),
    SIMULATOR_PORT: String(simulatorPort),
    SIMULATOR_LATENCY_MS: '1',
    BROADSTREET_RATE: 'unlimited',
  };
  const url = `http://127.0.0.1:${port}`;
  /** Of the stores, known once they have been started. */
  const storePorts = () =>
    ['redis', 'mongodb'].map((name) => Number(readFileSync(join(dataDir, 'demo', name, 'port'), 'utf8')));
  const allFree = async () => {
    const free = await Promise.all([port, simulatorPort, ...storePorts()].map((used) => isPortFree(used)));
    return !free.includes(false);
  };
  return { env, url, port, dataDir, allFree };
}

async function countAdvertisers(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/advertisers?limit=1`);
  return z.object({ total: z.number() }).parse(await answer.json()).total;
}

async function interrupt(command: Command): Promise<number | NodeJS.Signals | null> {
  command.signal('SIGINT');
  return command.ended;
}

afterEach(killCommands);

// A MongoDB folder takes 300 MB.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('sync start', () => {
  it('imports the demo’s account on the first start, and finds it on the second, its simulator elsewhere', async () => {
    const { env, url, dataDir, allFree } = await newMachine();
    const first = runCommandLine(['start'], env);
    await first.prints('Ctrl-C stops everything.');
    const imported = await countAdvertisers(url);
    const board = await fetch(`${url}/admin/queues`);

    expect(first.output()).toMatch(/DEMO[\s\S]*The import has ended as succeeded with \d+ requests/);
    expect(first.output()).toContain(`${url}/admin/queues`);
    expect([imported > 0, board.status]).toEqual([true, 200]);
    expect(statSync(join(dataDir, 'secret-key')).mode & 0o777).toBe(0o600);
    expect(await interrupt(first)).toBe(0);
    expect(await allFree()).toBe(true);

    const second = runCommandLine(['start'], { ...env, SIMULATOR_PORT: String(await freePort()) });
    await second.prints('Ctrl-C stops everything.');

    expect(second.output()).toContain('The data of an earlier start is there.');
    expect(await countAdvertisers(url)).toBe(imported);
    const again = await fetch(`${url}/api/sync/networks?wait=60`, { method: 'POST' });
    expect(await again.json()).toMatchObject({ status: 'succeeded' });
    expect(await interrupt(second)).toBe(0);
  });

  it('refuses a second start on its folder, starts a dead worker again, and leaves nothing when it is killed', async () => {
    const { env, allFree } = await newMachine();
    const start = runCommandLine(['start'], env);
    await start.prints('Ctrl-C stops everything.');

    const second = runCommandLine(['start'], { ...env, PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Another start (process ${start.pid})`);

    process.kill(await eventually(() => childOf(start.pid, 'apps/worker')), 'SIGKILL');
    await start.prints('The worker ended (SIGKILL)');
    await eventually(() => childOf(start.pid, 'apps/worker'));

    start.signal('SIGKILL');
    await start.ended;
    await eventually(allFree, { timeoutMs: 30_000 });

    const next = runCommandLine(['start'], env);
    await next.prints('Ctrl-C stops everything.');
    expect(await interrupt(next)).toBe(0);
  });

  it('asks for keys once one was made beside it, in the store that it runs, and leaves the import to who has one', async () => {
    const { env, url } = await newMachine();
    const first = runCommandLine(['start'], env);
    await first.prints('Ctrl-C stops everything.');
    const open = await fetch(`${url}/api/status`);
    const beside = runCommandLine(['keys', 'create', '--name', 'Ada', '--role', 'admin'], env);
    expect(await beside.ended).toBe(0);
    const key = /bss_\S+/.exec(beside.output())?.[0] ?? '';
    const ask = (headers: Record<string, string> = {}) => fetch(`${url}/api/status`, { headers });
    await eventually(async () => (await ask()).status === 401, { timeoutMs: 30_000 });
    const withKey = await ask({ authorization: `Bearer ${key}` });
    expect(await interrupt(first)).toBe(0);

    const alone = runCommandLine(['keys', 'list'], env);
    const second = (await alone.ended) === 0 ? runCommandLine(['start'], env) : alone;
    await second.prints('Ctrl-C stops everything.');

    expect([open.status, withKey.status]).toEqual([200, 200]);
    expect(alone.output()).toContain('Ada');
    expect(second.output()).toContain('Access keys are asked for');
    expect(await interrupt(second)).toBe(0);
  });

  it('says which port is taken before it starts anything', async () => {
    const { env, port } = await newMachine();
    const other = createServer().listen(port, '127.0.0.1');

    const start = runCommandLine(['start'], env);

    expect(await start.ended).toBe(1);
    expect(start.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(start.output()).not.toContain('Starting');
    other.close();
  });

  it('stops with --no-download where stores would have to be fetched, and says what each of them is', async () => {
    const { env } = await newMachine();
    const empty = newFolder();
    const PATH = pathWithoutServers();

    const start = runCommandLine(['start', '--no-download'], { ...env, PATH, XDG_CACHE_HOME: empty, HOME: empty });

    expect(await start.ended).toBe(1);
    expect(start.output()).toMatch(
      /^Not fetched, as asked: Redis .* MB, licence BSD-3-Clause, .*sha256 [0-9a-f]{64}\./m,
    );
    expect(start.output()).toMatch(/^Not fetched, as asked: MongoDB .* MB, licence SSPL-1.0, .*sha256 [0-9a-f]{64}\./m);
    expect(start.output()).not.toContain('Starting');
  });

  it('is stopped by Ctrl-C also before everything is up', async () => {
    const { env, allFree } = await newMachine();
    const start = runCommandLine(['start'], env);
    await start.prints('Starting a worker and the API');

    expect(await interrupt(start)).toBe(0);
    expect(await allFree()).toBe(true);
  });
});
