import { kindNames, kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MarkedEntity, wishesFor } from './deletions.ts';
import type { ProductionDocument } from './documents.ts';
import { taskId } from './tasks.ts';
import { noRequests, openStoreBed, plannedTask, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let store: StoreBed['store'];

beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterAll(() => bed.close());
beforeEach(async () => {
  for (const kind of kindNames) await bed.collections.production[kind].deleteMany({});
  await bed.collections.tasks.deleteMany({});
  await bed.collections.removed.deleteMany({});
});

function document(key: string, fields: Record<string, unknown>, part: object = {}): ProductionDocument {
  const at = new Date();
  const sync = { hash: 'h', revision: 1, written_at: at, run_id: 'r', edited: [], base: {}, dangling: false, ...part };
  return { ...fields, _id: key, created_locally: true, synced_with_api: true, synced_at: at, sync };
}

async function addZone(id: number, part: object = {}): Promise<void> {
  const fields = { id, name: `Zone ${id}`, alias: null, network_id: 1 };
  await bed.collections.production.zones.insertOne(document(String(id), fields, part));
}

function wish(id: number, revision?: number): MarkedEntity {
  const deletion = { requested_by: 'x', part_of: null, with: null, drafts: [] };
  return { kind: 'zones', key: String(id), deletion, revision };
}

async function plannedKeys(): Promise<string[]> {
  return (await store.deletions.planned('zones', null)).map(({ _id }) => _id);
}

describe('wishes', () => {
  it('are planned all or none', async () => {
    await addZone(1);
    await addZone(2);

    expect(await store.deletions.plan([wish(1), wish(2, 7)])).toBe(false);
    expect(await plannedKeys()).toEqual([]);
    expect(await store.deletions.plan([wish(1, 1), wish(3)])).toBe(false);
    expect(await store.deletions.plan([wish(1, 1), wish(2)])).toBe(true);
    expect(await plannedKeys()).toEqual(['1', '2']);
    expect(await store.deletions.plan([wish(1)])).toBe(false);
  });

  it('are for an entity and all that hangs on it, by its parents or with it', () => {
    const below = [
      { kind: 'campaigns' as const, key: '4', name: null, document: document('4', { id: 4 }) },
      { kind: 'advertisements' as const, key: '2', name: null, document: document('2', { id: 2 }) },
    ];
    const drafts = [{ kind: 'zones' as const, _id: 'a', name: null }];

    const wishes = wishesFor({ kind: 'advertisers', key: '9' }, { production: below, drafts }, 'me');

    const parent = { kind: 'advertisers', key: '9' };
    expect(wishes.map(({ key, deletion }) => [key, deletion.part_of, deletion.with, deletion.drafts])).toEqual([
      ['9', null, null, [{ kind: 'zones', key: 'a' }]],
      ['4', parent, null, []],
      ['2', parent, parent, []],
    ]);
  });

  it('are sent only by the claim that counts, and of what has not changed', async () => {
    await addZone(1);
    const task = plannedTask('run', { action: 'remove', subject: '1' });
    await store.tasks.plan([task]);
    const _id = taskId(task);
    const claimed = await store.tasks.claim(_id, 'a');
    const fence = claimed?.fence ?? 0;

    expect(await store.deletions.sending([wish(1)], { taskId: _id, fence: fence + 1 })).toBe(false);
    expect(await store.deletions.sending([wish(1, 2)], { taskId: _id, fence })).toBe(false);
    expect(await store.deletions.sending([wish(1, 1)], { taskId: _id, fence })).toBe(true);
    const [sent] = await store.deletions.planned('zones', null);
    expect(sent?.sync.deletion?.sent_at).toBeInstanceOf(Date);
    expect(await store.deletions.withdraw([{ kind: 'zones', key: '1' }])).toBe(0);
    const refs = [{ kind: 'zones' as const, key: '1' }];
    await store.deletions.refused(refs, { taskId: _id, fence: fence - 1 });
    expect(await store.deletions.withdraw(refs)).toBe(0);
    await store.deletions.refused(refs, { taskId: _id, fence });
    expect(await store.deletions.withdraw(refs)).toBe(1);
  });

  it('of an undo leave no trace where they came to nothing', async () => {
    await addZone(1);
    const task = plannedTask('run', { action: 'remove', subject: '1' });
    await store.tasks.plan([task]);
    const claimed = await store.tasks.claim(taskId(task), 'a');
    const undo = { run_id: 'run', undone_run: 'other', force: false };
    const marked = { ...wish(1), deletion: { ...wish(1).deletion, undo } };
    const claim = { taskId: taskId(task), fence: claimed?.fence ?? 0 };
    await store.deletions.sending([marked], claim);

    await store.deletions.refused([{ kind: 'zones', key: '1' }], claim);

    expect((await store.production.get('zones', '1'))?.sync).not.toHaveProperty('deletion');
  });
});

describe('an edit', () => {
  const entity = { fields: { alias: 'top' }, edited: ['alias'], base: { alias: null } };

  it('is made from the revision that it names, and of nothing that is to be removed', async () => {
    await addZone(1);
    await addZone(2);
    await store.deletions.plan([wish(2)]);

    expect(await store.production.edit('zones', '1', 7, entity)).toBeNull();
    expect(await store.production.edit('zones', '2', 2, entity)).toBeNull();
    expect(await store.production.edit('zones', '1', 1, entity)).toMatchObject({
      alias: 'top',
      sync: { edited: ['alias'], base: { alias: null }, revision: 2 },
    });
  });

  it('keeps values that look like operators as they are', async () => {
    await addZone(1);
    const strange = { fields: { alias: '$name' }, edited: ['alias'], base: { alias: { $add: [1, 1] } } };

    expect(await store.production.edit('zones', '1', 1, strange)).toMatchObject({
      alias: '$name',
      sync: { base: strange.base },
    });
  });

  it('has errors that are noted once for each run, the last fifty of them', async () => {
    await addZone(1);
    for (let at = 0; at < 60; at += 1) {
      const error = { message: `m${at}`, category: 'validation' as const, run_id: 'run' };
      await store.production.noteError('zones', '1', error);
      await store.production.noteError('zones', '1', error);
    }

    const errors = (await store.production.get('zones', '1'))?.sync.errors ?? [];
    expect(errors.map(({ message }) => message)).toEqual(Array.from({ length: 50 }, (_, at) => `m${at + 10}`));
  });
});

describe.each(kindNames)('%s that were edited or are to be removed', (kind) => {
  it('are found by an index', async () => {
    const collection = bed.collections.production[kind];
    await collection.insertMany(
      Array.from({ length: 50 }, (_, at) => {
        const ids = Object.fromEntries(kinds[kind].identity.map((field) => [field, at + 1]));
        return document(String(at + 1), ids);
      }),
    );
    const queries = [{ 'sync.edited.0': { $gte: '' } }, { 'sync.deletion.requested_at': { $exists: true } }];

    for (const query of queries) {
      const { executionStats } = await collection.find(query).explain('executionStats');
      expect(executionStats.totalDocsExamined).toBe(0);
      expect(executionStats.totalKeysExamined).toBe(0);
    }
  });
});

describe('what was removed', () => {
  it('is known as such until it is there again', async () => {
    await addZone(1);
    const task = plannedTask('run', { action: 'remove', subject: '1' });
    await store.tasks.plan([task]);
    const claimed = await store.tasks.claim(taskId(task), 'a');
    const removal = { kind: kinds.zones, key: '1', runId: 'run', taskId: taskId(task), counts: noRequests, drafts: [] };

    expect(await store.removeEntity({ ...removal, fence: 99 })).toBe(false);
    expect(await store.production.wasRemoved('zones', '1')).toBe(false);
    expect(await store.removeEntity({ ...removal, fence: claimed?.fence ?? 0 })).toBe(true);
    expect(await store.removeEntity({ ...removal, fence: claimed?.fence ?? 0 })).toBe(false);
    expect(await store.production.wasRemoved('zones', '1')).toBe(true);
    await addZone(1);
    expect(await store.production.wasRemoved('zones', '1')).toBe(false);
  });
});
