import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { startMongo } from './mongo.ts';
import { freePort, isPortFree } from './ports.ts';
import { startRedis } from './redis.ts';
import { startReplicaSet } from './replica-set.ts';
import { commandLineOf } from './server-process.ts';
import { waitUntil } from './wait-until.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'services-'));
  folders.push(folder);
  return folder;
}

// A MongoDB folder takes 300 MB.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function withMongo<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

describe('startMongo', () => {
  it('takes transactions, and finds its data again on the same port and on another', async () => {
    const dataDir = newFolder();
    const first = await startMongo({ dataDir });
    await withMongo(first.uriFor('kept'), (client) =>
      client.withSession((session) =>
        session.withTransaction(() => client.db().collection('rows').insertOne({ n: 1 }, { session })),
      ),
    );
    await first.stop();

    const second = await startMongo({ dataDir });
    await second.kill();
    const third = await startMongo({ dataDir, port: await freePort() });
    const rows = await withMongo(third.uriFor('kept'), (client) => client.db().collection('rows').countDocuments());
    await third.stop();

    expect(second.port).toBe(first.port);
    expect(third.port).not.toBe(first.port);
    expect(rows).toBe(1);
    expect(await isPortFree(third.port)).toBe(true);
  });
});

describe('startReplicaSet', () => {
  it('takes majority writes again after the primary stepped down and after it was killed, and loses none', async () => {
    const set = await startReplicaSet({ dataDir: newFolder() });
    const count = await withMongo(set.uriFor('kept'), async (client) => {
      const rows = client.db().collection('rows');
      const write = (n: number) => rows.insertOne({ n }, { writeConcern: { w: 'majority', journal: true } });
      await write(1);
      await set.stepDown();
      await write(2);
      const restart = await set.killPrimary();
      await write(3);
      await restart();
      await set.stepDown();
      await write(4);
      return rows.countDocuments();
    });
    await set.stop();

    expect(count).toBe(4);
  });
});

describe('startRedis', () => {
  it('never evicts, syncs every second, and finds its data again after SIGKILL', async () => {
    const dataDir = newFolder();
    const first = await startRedis({ dataDir });
    const before = new Redis(first.url);
    const settings = JSON.stringify(await before.config('GET', '*'));
    await before.config('SET', 'appendfsync', 'always');
    await before.set('kept', '1');
    before.disconnect();
    await first.kill();

    const second = await startRedis({ dataDir });
    const after = new Redis(second.url);
    const kept = await after.get('kept');
    after.disconnect();
    await second.stop();

    expect(settings).toMatch(/"maxmemory-policy"[,:]"noeviction"/);
    expect(settings).toMatch(/"appendfsync"[,:]"everysec"/);
    expect(kept).toBe('1');
  });

  it('ends when the process that started it is killed', async () => {
    const module = join(import.meta.dirname, 'index.ts');
    const code = `import { startRedis } from ${JSON.stringify(module)};
      const { pid } = await startRedis({ dataDir: ${JSON.stringify(newFolder())} });
      console.log(pid);`;
    const args = ['--conditions=@broadstreet-sync/source', '--input-type=module', '-e', code];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const pid = Number(line);
    expect(await commandLineOf(pid)).toContain('appendonly');

    parent.kill('SIGKILL');

    const ended = async () => ((await commandLineOf(pid)) === undefined ? true : undefined);
    expect(await waitUntil('The end of Redis', 10_000, ended)).toBe(true);
  });

  it('ends a server that an earlier process left on the folder, and takes its place', async () => {
    const dataDir = newFolder();
    const first = await startRedis({ dataDir });

    const second = await startRedis({ dataDir });
    await first.exited;
    await second.stop();

    expect(second.pid).not.toBe(first.pid);
  });
});
