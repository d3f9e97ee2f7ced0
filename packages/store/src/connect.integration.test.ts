import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isPortFree, waitUntil } from '@broadstreet-sync/services';
import { testBed } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';

const { mongoUri } = testBed();

/** The test's URI with further options. */
function withOptions(options: string): string {
  return `${mongoUri}${mongoUri.includes('?') ? '&' : '?'}${options}`;
}

describe('connect', () => {
  it('takes a replica set, writes by majority and reads what a majority has', async () => {
    const { connection, db } = await connect(mongoUri, 'test');

    expect(db.databaseName).toMatch(/^test_/);
    expect(db.client.options.writeConcern).toMatchObject({ w: 'majority', journal: true });
    expect(db.client.options.readConcern?.level).toBe('majority');
    await connection.close();
  });

  it.each(['w=1', 'w=0', 'w=2', 'journal=false', 'j=false'])('refuses %s in the URI', async (option) => {
    const refused = await connect(withOptions(option), 'test').catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: 'store_not_durable', remedy: expect.stringContaining('MONGODB_URI') });
  });

  it.each(['w=majority', 'journal=true'])('bears %s in the URI, which asks for no less', async (option) => {
    const { connection } = await connect(withOptions(option), 'test');

    await connection.close();
  });

  it('refuses a server that is no replica set, before anything is written', async () => {
    const server = await startStandalone();

    const refused = await connect(server.uri, 'test').catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: 'store_not_replicated', remedy: expect.stringContaining('replica set') });
    await server.stop();
  });
});

/** The tests' own MongoDB once more, outside of any set. */
async function startStandalone(): Promise<{ uri: string; stop(): Promise<void> }> {
  const { connection, db } = await connect(mongoUri, 'test');
  const { argv } = await db.admin().command({ getCmdLineOpts: 1 });
  await connection.close();
  const folder = await mkdtemp(join(tmpdir(), 'broadstreet-standalone-'));
  const port = await freePort();
  const place = ['--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket', '--dbpath', folder];
  const server = spawn(String(argv[0]), [...place, '--wiredTigerCacheSizeGB', '0.25'], { stdio: 'ignore' });
  await waitUntil('The start of MongoDB', 30_000, async () => !(await isPortFree(port)) || undefined);
  return {
    uri: `mongodb://127.0.0.1:${port}/test`,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
