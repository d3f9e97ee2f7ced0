import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimulator } from '../simulator.ts';
import { request } from '../testing/start-account.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The simulator as a process of its own, and its address. */
async function startProcess(dataDir: string) {
  const child = spawn(process.execPath, ['--conditions=@broadstreet-sync/source', main], {
    cwd: dataDir,
    env: { SIMULATOR_PORT: '0', SIMULATOR_DATA_DIR: dataDir, SIMULATOR_TOKEN: 'secret', SIMULATOR_LATENCY_MS: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^simulator listening on (http:\S+)$/.exec(line)?.[1];
    if (url) return { child, url };
  }
  throw new Error('the simulator did not start');
}

describe('an account in a folder', () => {
  it('is there again after SIGKILL, with all that was answered', { timeout: 30_000 }, async () => {
    const folder = makeFolder();
    const stateOf = async (url: string) => (await request('GET', `${url}/control/accounts/secret/state`)).body;

    const first = await startProcess(folder);
    const api = `${first.url}/api/1`;
    await request('POST', `${api}/zones?network_id=9007&access_token=secret`, { name: ' A\n' });
    await request('PUT', `${api}/campaigns/760001?access_token=secret`, { notes: 'n', weight: 0 });
    await request('DELETE', `${api}/advertisers/210007?access_token=secret`);
    const left = await stateOf(first.url);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await startProcess(folder);

    expect(await stateOf(second.url)).toEqual(left);
    const duplicate = await request('POST', `${second.url}/api/1/zones?network_id=9007&access_token=secret`, {
      name: 'A',
    });
    expect(duplicate).toMatchObject({ status: 201 });
    expect((await request('GET', `${second.url}/control/accounts/secret/duplicates`)).body).toMatchObject({
      created: 1,
    });
  });

  it('loses a change that was written half, and nothing after it', async () => {
    const folder = makeFolder();
    const settings = { dataDir: folder, accounts: { secret: { account: 'bare' } } } as const;
    const addNetwork = async (name: string) => {
      const simulator = await createSimulator(settings);
      await request('POST', `${simulator.url}/api/1/networks?access_token=secret`, { name });
      const { body } = await request('GET', `${simulator.url}/control/accounts/secret`);
      await simulator.close();
      return body;
    };

    await addNetwork('A');
    const journal = readdirSync(folder).find((name) => name.endsWith('.ndjson')) ?? '';
    appendFileSync(join(folder, journal), '{"op":"insert","kind":"netw');
    await addNetwork('B');

    expect(await addNetwork('C')).toMatchObject({ rows: { networks: 4 } });
    expect(
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(),
    ).not.toContain('secret');
  });

  it('is not given to another account of the same token', async () => {
    const folder = makeFolder();

    const simulator = await createSimulator({ dataDir: folder, accounts: { secret: { account: 'bare' } } });
    await simulator.close();

    await expect(createSimulator({ dataDir: folder, accounts: { secret: { account: 'R' } } })).rejects.toThrow(
      'holds account bare',
    );
  });
});

describe('a simulator', () => {
  it('says which port is taken', async () => {
    const simulator = await createSimulator();
    onTestFinished(() => simulator.close());
    const port = Number(new URL(simulator.url).port);

    await expect(createSimulator({ port })).rejects.toThrow(`${port} is taken on 127.0.0.1`);
  });
});
