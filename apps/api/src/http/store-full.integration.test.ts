import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api } from '@broadstreet-sync/contract';
import { type EmbeddedMongo, startMongo } from '@broadstreet-sync/services';
import { createStore } from '@broadstreet-sync/store';
import { eventually } from '@broadstreet-sync/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiQueues } from '../parts.ts';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

/** A worker is connected, and idle. */
const done = async () => undefined;
const queues: ApiQueues = {
  prefix: 'test',
  queues: [],
  startRun: done,
  cancelRun: done,
  alarms: { set: done, list: async () => [], remove: done },
  countWorkers: async () => 1,
  ping: done,
};

let folder: string;
let mongo: EmbeddedMongo;
let t: ApiBed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broadstreet-full-'));
  mongo = await startMongo({ dataDir: folder, parameters: ['enableTestCommands=1'] });
  const store = await createStore(mongo.uriFor('full'));
  t = await createApiBed({ store, queues });
});
afterAll(async () => {
  await t.close();
  await mongo.stop();
  await rm(folder, { recursive: true, force: true });
});

/** MongoDB answers every write with OutOfDiskSpace, or no more. */
async function fillDisk(mode: 'alwaysOn' | 'off'): Promise<void> {
  const client = new MongoClient(mongo.uri);
  const data = { failCommands: ['insert', 'update', 'findAndModify'], errorCode: 14_031 };
  await client.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
  await client.close();
}

it('while the disk of MongoDB is full writes are answered so, and an open run says what it waits for', async () => {
  const { body: run } = await t.call(api.syncAll[0]);
  await fillDisk('alwaysOn');

  const refused = await t.call(api.createLocal[0], { body: { name: 'x' } });
  const isWaiting = async () => {
    const { body } = await t.call(api.getRun[0], { params: { id: run.id } });
    return body.waiting?.for === 'store' ? body : undefined;
  };

  expect([refused.status, refused.body.code]).toEqual([503, 'store_full']);
  expect(refused.body.detail).toContain('Make room');
  expect(await eventually(isWaiting)).toMatchObject({ status: 'queued', waiting: { for: 'store', until: null } });

  await fillDisk('off');

  await eventually(async () => {
    const { body } = await t.call(api.getRun[0], { params: { id: run.id } });
    return body.waiting === null;
  });
  expect((await t.call(api.createLocal[0], { body: { name: 'x' } })).status).toBe(201);
});
