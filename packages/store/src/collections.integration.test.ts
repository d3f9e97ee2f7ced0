import { kindNames, kinds } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localCollection } from './collections.ts';
import { createStore } from './store.ts';
import { openTaskStates } from './task-states.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

type Query = [collection: string, filter: mongo.Filter<mongo.BSON.Document>, sort?: Record<string, 1 | -1>];

/** Stages of the plan that MongoDB chose, from the first to the last. */
async function stagesOf([collection, filter, sort]: Query): Promise<string[]> {
  const cursor = bed.db.collection(collection).find(filter);
  const { queryPlanner } = await (sort === undefined ? cursor : cursor.sort(sort)).explain('queryPlanner');
  return (
    JSON.stringify(queryPlanner.winningPlan)
      .match(/"stage":"[A-Z_]+"/g)
      ?.map((stage) => stage.slice(9, -1)) ?? []
  );
}

const open = { $in: openTaskStates };
const due = { $expr: { $lte: ['$not_before', '$$NOW'] } };
const settled = { $expr: { $lte: [{ $add: ['$sent_at', 1000] }, '$$NOW'] } };

// Each is a query that the engine makes for every job, tick or entity.
const hot: Record<string, Query> = {
  'the run that holds the slot of its operation': ['runs', { slot: 'import' }],
  'runs that hold a slot': ['runs', { slot: { $in: ['import', 'export'] } }],
  'the run of an idempotency key': ['runs', { idempotency_key: 'k' }],
  'the run that has waited longest': ['runs', { operation: 'import', status: 'queued', slot: null }, { created_at: 1 }],
  'open tasks of a kind': ['tasks', { run_id: 'r', kind: 'zones', state: open }, { order: 1 }],
  'open tasks of a window': ['tasks', { run_id: 'r', kind: 'zones', window: 1, state: open }, { order: 1 }],
  'waiting tasks that are due': ['tasks', { run_id: { $in: ['r'] }, state: 'waiting', ...due }, { not_before: 1 }],
  'lists of a kind that were read': ['tasks', { run_id: 'r', kind: 'zones', state: 'completed', action: 'list' }],
  'intents of unknown outcome under a parent': [
    'intents',
    { kind: 'zones', state: 'ambiguous', 'parents.network_id': 1, ...settled },
    { sent_at: 1 },
  ],
  'intents that own remote ids': ['intents', { kind: 'zones', remote_id: { $in: ['1', '2'] } }],
  'intents that are under way': [
    'intents',
    { kind: { $in: [...kindNames] }, state: { $in: ['sending', 'ambiguous', 'created', 'parked'] } },
  ],
  'the unresolved create of a name': [
    'intents',
    { name_key: 'zones:1:top', state: { $in: ['claimed', 'sending', 'ambiguous', 'parked'] } },
  ],
  'intents whose parents are still to be looked at': ['intents', { sweep_after: { $gte: new Date(0) } }],
  'reservations within a parent': ['reservations', { name_scope: 'zones:1' }],
  'reservations of a run': ['reservations', { run_id: 'r', owner: { $nin: [] } }],
  'reservations of an entity': ['reservations', { owner: 'o', name_scope: 'zones:1', _id: { $nin: [] } }],
  'names that a list showed': ['listed_names', { run_id: 'r', name_scope: 'zones:1' }],
  'staged changes of a kind': ['changes', { run_id: 'r', kind: 'zones', operation: { $in: ['insert'] } }, { _id: 1 }],
  'staged changes of a task': ['changes', { task_id: 't', fence: { $lte: 1 } }],
  'the history of an entity': ['history', { kind: 'zones', key: '1' }, { at: -1 }],
  'what a run changed': ['history', { run_id: 'r' }],
  'holds of a kind of a run': ['holds', { run_id: 'r', kind: 'zones', state: 'held' }],
  'holds of other runs that wait for a person': ['holds', { state: 'held', run_id: { $ne: 'r' } }],
  'runs whose unpublished changes were kept too long': [
    'runs',
    { keep_until: { $gte: new Date(0), $lt: new Date() }, slot: null },
  ],
  'entities that refer to what is gone': ['placements', { 'sync.dangling': true }],
  'entities that refer to what goes': ['placements', { zone_id: { $in: [1, 2] }, 'sync.dangling': false }],
  'scopes of a kind': ['scopes', { kind: 'zones' }],
  'requests by the minute': ['rate_minutes', { at: { $gte: new Date(0), $lt: new Date() } }],
  'scopes of a kind, the longest unread first': ['scopes', { kind: 'zones' }, { kind: 1, verified_at: 1, _id: 1 }],
  'runs like one, the latest first': [
    'runs',
    { operation: 'import', mode: 'due', created_at: { $gte: new Date(0) } },
    { created_at: -1 },
  ],
  'SyncLog of a kind': ['sync_logs', { entity_type: 'zones', operation: 'import' }, { timestamp: -1 }],
};

describe('an index', () => {
  it.each(Object.entries(hot))('serves %s', async (_name, query) => {
    const stages = await stagesOf(query);

    expect(stages.join()).toMatch(/IXSCAN|IDHACK|CLUSTERED_IXSCAN|EXPRESS/);
    expect(stages).not.toContain('COLLSCAN');
  });

  it.each(kindNames.filter((name) => kinds[name].list.scope !== 'account'))('serves a scope of %s', async (name) => {
    const scope = kinds[name].list.scope;
    if (scope === 'account') throw new Error('one list has all');

    const stages = await stagesOf([name, { [`${kinds[scope].singular}_id`]: 1 }]);

    expect(stages).toContain('IXSCAN');
  });

  it.each(kindNames)('keeps %s unique by identity', async (name) => {
    const indexes = await bed.db.collection(name).indexes();

    const key = Object.fromEntries(kinds[name].identity.map((field) => [field, 1]));
    expect(indexes).toContainEqual(expect.objectContaining({ key, unique: true }));
  });
});

describe('the collections', () => {
  it('are there before the first write: a transaction may meet any of them', async () => {
    const names = (await bed.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining([
        ...kindNames,
        ...kindNames.map(localCollection),
        'account',
        'history',
        'id_map',
        'locks',
      ]),
    );
  });

  it('are made by several processes at once', async () => {
    const fresh = await openStoreBed();
    await fresh.db.dropDatabase();

    const stores = await Promise.all(Array.from({ length: 4 }, () => createStore(fresh.uri)));

    await Promise.all(stores.map((store) => store.close()));
    await fresh.close();
  });
});
