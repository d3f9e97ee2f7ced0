import { kinds, remotePart } from '@broadstreet-sync/domain';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProductionDocument } from './documents.ts';
import type { Promotion } from './promotion.ts';
import { taskId } from './tasks.ts';
import { intentPlan } from './testing/intents.ts';
import { noRequests, openStoreBed, plannedTask, type StoreBed, zone } from './testing/store-bed.ts';
import { databaseTime } from './transactions.ts';

let bed: StoreBed;
let store: StoreBed['store'];
let ids = 100;
beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterAll(() => bed.close());

/** A local zone that has been created remotely, and what is to become of it. */
async function created(): Promise<Promotion> {
  ids += 1;
  const key = String(ids);
  const localId = (await store.locals.create('zones', { name: 'Top', network_id: 1 }))._id.toHexString();
  const task = plannedTask('run', { action: 'create', subject: localId });
  await store.tasks.plan([task]);
  await store.intents.plan([intentPlan({ local_id: localId, run_id: 'run' })]);
  const claimed = await store.intents.claim(localId, 'a', 1000);
  if (claimed === null || claimed === 'twin') throw new Error('not claimed');
  await store.intents.sending(localId, claimed.fence, 0, 1);
  await store.intents.created(localId, claimed.fence, key, { id: ids, name: 'Top' });
  return {
    kind: kinds.zones,
    localId,
    runId: 'run',
    sentBy: 'run',
    taskId: taskId(task),
    key,
    entity: { id: ids, name: 'Top', notes: 'ours' },
    ancestors: { network_id: 1 },
    hash: 'h',
    sentName: 'Top',
    counts: { ...noRequests, requests: 1 },
  };
}

async function only(promotion: Promotion): Promise<ProductionDocument> {
  const found = await store.production.many('zones', [promotion.key]);
  if (found[0] === undefined || found.length !== 1) throw new Error(`${found.length} in production`);
  return found[0];
}

/** As an import that read the row before it was promoted. */
async function importFirst({ key }: Promotion, fields: object = {}): Promise<void> {
  const at = new Date(0);
  await bed.collections.production.zones.insertOne({
    ...zone(Number(key), 'As read'),
    ...fields,
    _id: key,
    created_locally: false,
    synced_with_api: false,
    synced_at: at,
    sync: { hash: 'read', revision: 1, written_at: at, run_id: 'import', edited: [], base: {}, dangling: true },
  });
}

describe('a promotion', () => {
  it('moves the entity: production, id map, history, intent, task; nothing local', async () => {
    const promotion = await created();
    const before = await databaseTime(bed.db);

    expect(await store.promote(promotion)).toBe(true);

    const made = await only(promotion);
    expect(remotePart(made)).toEqual({ id: Number(promotion.key), name: 'Top', notes: 'ours', network_id: 1 });
    expect(made).toMatchObject({
      created_locally: true,
      synced_with_api: true,
      sync: { hash: 'h', revision: 1, run_id: 'run', original_local_id: promotion.localId },
    });
    // By the database's clock: an import compares it with when its lists were asked for.
    expect(made.sync.written_at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(made.synced_at).toEqual(made.sync.written_at);
    expect(await store.locals.get('zones', promotion.localId)).toBeNull();
    expect((await store.locals.mapped('zones', [promotion.localId])).get(promotion.localId)).toMatchObject({
      remote_id: promotion.key,
      run_id: 'run',
    });
    expect(await store.intents.get(promotion.localId)).toMatchObject({ state: 'promoted', remote_id: promotion.key });
    expect(await store.tasks.get(promotion.taskId)).toMatchObject({
      state: 'completed',
      result: { remote_id: promotion.key, sent_name: 'Top' },
      counts: { requests: 1 },
    });
    const { items } = await store.production.history({ kind: 'zones', key: promotion.key }, 0, 10);
    expect(items).toMatchObject([{ operation: 'insert', before: null, after: { name: 'Top', network_id: 1 } }]);
  });

  it('again, or by several at once, changes nothing', async () => {
    const promotion = await created();

    const promoted = await Promise.all(Array.from({ length: 8 }, () => store.promote(promotion)));

    expect(promoted.filter(Boolean)).toHaveLength(1);
    expect((await only(promotion)).sync.revision).toBe(1);
    expect((await store.production.history({ key: promotion.key }, 0, 10)).total).toBe(1);
    expect((await store.tasks.get(promotion.taskId))?.counts.requests).toBe(1);
  });

  it('is refused before the intent says that it was created', async () => {
    const promotion = await created();
    await bed.collections.intents.updateOne({ _id: promotion.localId }, { $set: { state: 'sending' } });

    expect(await store.promote(promotion)).toBe(false);

    expect(await store.locals.get('zones', promotion.localId)).not.toBeNull();
    expect(await store.production.many('zones', [promotion.key])).toEqual([]);
  });

  it('of what an import published first keeps what was read, and says that it came from here', async () => {
    const promotion = await created();
    await importFirst(promotion, { width: 300 });

    await store.promote(promotion);

    expect(await only(promotion)).toMatchObject({
      name: 'As read',
      width: 300,
      notes: 'ours',
      created_locally: true,
      synced_with_api: true,
      sync: { hash: 'read', revision: 2, dangling: false, original_local_id: promotion.localId },
    });
    expect(await store.locals.get('zones', promotion.localId)).toBeNull();
    const { items } = await store.production.history({ key: promotion.key, run_id: 'run' }, 0, 10);
    expect(items).toMatchObject([{ operation: 'update', before: { name: 'As read' } }]);
  });

  it('of what an import published first keeps the wish to delete it, edits and their errors', async () => {
    const promotion = await created();
    await importFirst(promotion);
    const errors = [{ message: 'not this', category: 'validation' as const, run_id: 'earlier', at: new Date(0) }];
    const edited = { 'sync.edited': ['name'], 'sync.base': { name: 'As read' }, 'sync.errors': errors };
    await bed.collections.production.zones.updateOne({ _id: promotion.key }, { $set: edited });
    const wish = { requested_by: 'x', part_of: null, with: null, drafts: [] };
    await store.deletions.plan([{ kind: 'zones', key: promotion.key, deletion: wish }]);

    await store.promote(promotion);

    const { sync } = await only(promotion);
    expect(sync).toMatchObject({ deletion: { ...wish, sent_at: null }, errors, edited: ['name'] });
  });

  it('that meets an import at the same moment ends as one entity with both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const promotion = await created();

      await Promise.allSettled([store.promote(promotion), importFirst(promotion, { width: 300 })]);

      expect(await only(promotion)).toMatchObject({ created_locally: true, synced_with_api: true });
      expect(await store.locals.get('zones', promotion.localId)).toBeNull();
      expect(await store.intents.get(promotion.localId)).toMatchObject({ state: 'promoted' });
    }
  });

  it('that fails leaves the entity local and the intent created', async () => {
    const promotion = await created();
    // Another entity has its id already, under another key: what must never happen fails the whole.
    await bed.collections.production.zones.insertOne({
      ...(await template()),
      _id: 'odd',
      id: Number(promotion.key),
    });

    await expect(store.promote(promotion)).rejects.toThrow();

    expect(await store.locals.get('zones', promotion.localId)).not.toBeNull();
    expect(await store.intents.get(promotion.localId)).toMatchObject({ state: 'created', answer: { name: 'Top' } });
    expect(await store.tasks.get(promotion.taskId)).toMatchObject({ state: 'queued' });
    expect((await store.locals.mapped('zones', [promotion.localId])).size).toBe(0);
    await bed.collections.production.zones.deleteOne({ _id: 'odd' });
    expect(await store.promote(promotion)).toBe(true);
  });

  it('of many at once is one of each, whatever becomes of one among them', async () => {
    const bad = await created();
    const good: Promotion[] = [];
    while (good.length < 39) good.push(await created());
    await bed.collections.production.zones.insertOne({ ...(await template()), _id: 'odd', id: Number(bad.key) });

    const ended = await Promise.allSettled([...good.slice(0, 20), bad, ...good.slice(20)].map(store.promote));
    await bed.collections.production.zones.deleteOne({ _id: 'odd' });

    const failed = ended.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(ended.filter((end) => end.status === 'fulfilled' && end.value)).toHaveLength(39);
    for (const promotion of good) {
      expect(await only(promotion)).toMatchObject({ sync: { revision: 1, original_local_id: promotion.localId } });
      expect(await store.locals.get('zones', promotion.localId)).toBeNull();
      expect(await store.tasks.get(promotion.taskId)).toMatchObject({ state: 'completed', counts: { requests: 1 } });
    }
    expect(await store.intents.get(bad.localId)).toMatchObject({ state: 'created' });
    expect(await store.tasks.get(bad.taskId)).toMatchObject({ state: 'queued' });
  });

  it('that comes together with one that is not due leaves that alone', async () => {
    const [early, due] = [await created(), await created()];
    await bed.collections.intents.updateOne({ _id: early.localId }, { $set: { state: 'sending' } });

    // The first goes alone; the others wait for it and go together.
    const promoted = await Promise.all([await created(), early, due].map(store.promote));

    expect(promoted).toEqual([true, false, true]);
    expect(await store.locals.get('zones', early.localId)).not.toBeNull();
    expect((await store.tasks.get(early.taskId))?.state).toBe('queued');
  });

  it('of an entity that was deleted here meanwhile still notes what became of it', async () => {
    const promotion = await created();
    await bed.collections.local.zones.deleteOne({ _id: new Types.ObjectId(promotion.localId) });

    expect(await store.promote(promotion)).toBe(true);

    expect(await only(promotion)).toMatchObject({ created_locally: true });
  });

  async function template(): Promise<ProductionDocument> {
    const promotion = await created();
    await store.promote(promotion);
    return only(promotion);
  }
});
