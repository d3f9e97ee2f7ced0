import { testBed } from '@broadstreet-sync/testkit';
import { expect, it } from 'vitest';
import { collectionsOf } from './collections.ts';
import { connect } from './connect.ts';
import type { WorkerSituation } from './documents.ts';
import { createPresence } from './presence.ts';

const situation: WorkerSituation = {
  host: 'desk',
  pid: 7,
  started_at: new Date('2026-11-01T10:00:00Z'),
  base_url: 'http://127.0.0.1:1/api/1',
  rate: 'auto',
  read_only: false,
  queue_prefix: 'test',
  history_days: 365,
};

it('buryDead ends the open transaction of a silent process, and of no other', async () => {
  const { mongoUri } = testBed();
  const [silent, alive] = await Promise.all([connect(mongoUri, 'silent'), connect(mongoUri, 'alive')]);
  const presence = createPresence(alive.db, collectionsOf(alive.db));
  await alive.db.createCollection('things');
  const [held, kept] = [silent.db.client.startSession(), alive.db.client.startSession()];
  for (const [{ db }, session, name] of [
    [silent, held, 'held'],
    [alive, kept, 'kept'],
  ] as const) {
    session.startTransaction();
    await db.collection<{ _id: string }>('things').insertOne({ _id: name }, { session });
  }
  await presence.beat('silent', situation, -1);
  await presence.beat('alive', situation);

  expect(await presence.situations()).toEqual([situation]);
  expect(await presence.buryDead()).toEqual(['silent']);

  await expect(held.commitTransaction()).rejects.toThrow();
  await kept.commitTransaction();
  expect(await alive.db.collection<{ _id: string }>('things').find().toArray()).toEqual([{ _id: 'kept' }]);
  expect(await presence.buryDead()).toEqual([]);
  await Promise.all([silent.connection.close(), alive.connection.close()]);
});
