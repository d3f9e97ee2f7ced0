import { api } from '@broadstreet-sync/contract';
import type { HistoryDocument } from '@broadstreet-sync/store';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

const [undoRun] = api.undoRun;
let t: ApiBed;
let importId: string;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.clear();
  importId = (await t.call(api.syncAll[0])).body.id;
  await t.store.runs.start(importId);
});

const zone = (id: number, name: string) => ({ id, name, network_id: 1 });
const zones = () => t.db.collection<{ _id: string }>('zones');

/** What an import has changed of a zone, as the history has it. */
async function changed(id: number, operation: HistoryDocument['operation']): Promise<void> {
  const before = operation === 'insert' ? null : zone(id, 'Before');
  const after = operation === 'remove' ? null : zone(id, 'After');
  const entry = { run_id: importId, kind: 'zones', key: String(id), operation, before, after, at: new Date() };
  await t.db.collection('history').insertOne(entry);
  if (after !== null) await zones().insertOne(productionDocument(String(id), after));
}

/** An import that has made, changed and lost a zone each; of another somebody has changed the name since. */
async function endImport(): Promise<void> {
  await changed(1, 'insert');
  await changed(2, 'update');
  await changed(3, 'remove');
  await changed(4, 'update');
  await zones().updateOne({ _id: '4' }, { $set: { name: 'Mine' } });
  const counts = { inserted: 1, updated: 2, removed: 1, unchanged: 0, conflicts: 0 };
  await t.store.runs.finish(importId, 'succeeded', { zones: counts }, null);
  const set = { published_at: new Date(), changes: { zones: counts } };
  await t.db.collection<{ _id: string }>('runs').updateOne({ _id: importId }, { $set: set });
}

const undo = (body?: object, id = importId) =>
  t.call(undoRun, { params: { id }, ...(body === undefined ? {} : { body }) });

it('the plan of an undo says what comes back, and what stays and why, and does nothing', async () => {
  await endImport();

  const { status, body } = await undo({ dry_run: true });
  const forced = await undo({ dry_run: true, force: true });
  const named = await undo({ dry_run: true, entities: [{ kind: 'zones', id: 3 }] });

  expect(status).toBe(200);
  expect(body).toEqual({
    run_id: importId,
    force: false,
    changes: { zones: { inserted: 1, updated: 1, removed: 1 } },
    stays_total: 1,
    stays: [
      {
        kind: 'zones',
        id: 4,
        name: 'Mine',
        code: 'changed',
        reason: 'The zone was changed since.',
        remedy: expect.stringContaining('"force": true'),
      },
    ],
  });
  expect(forced.body).toMatchObject({ changes: { zones: { updated: 2 } }, stays_total: 0 });
  expect(named.body).toMatchObject({ changes: { zones: { inserted: 1, updated: 0, removed: 0 } }, stays_total: 0 });
  expect((await t.store.runs.list({}, 0, 10)).total).toBe(1);
});

it('an undo is an import of its own, of what there is to undo', async () => {
  await endImport();

  const { status, body } = await undo({ force: true, entities: [{ kind: 'zones', id: 2 }] });

  expect(status).toBe(202);
  expect(body).toMatchObject({ operation: 'import', undo_of: importId, dry_run: false });
  expect(Object.keys(body.kinds)).toContain('zones');
  const run = await t.store.runs.get(body.id);
  expect(run).toMatchObject({ kinds: ['zones'], only: { zones: ['2'] }, undo: { run_id: importId, force: true } });
});

it('a run says how it is undone once it has changed production', async () => {
  const open = await t.call(api.getRun[0], { params: { id: importId } });
  await endImport();
  const ended = await t.call(api.getRun[0], { params: { id: importId } });

  expect(open.body.links.revert).toBeNull();
  expect(ended.body.links).toMatchObject({ revert: `/api/runs/${importId}/undo`, undo: null });
});

it('an undo of an import that goes on, or of what is no more as it was, is refused', async () => {
  await changed(2, 'update');
  const open = await undo();
  await t.store.runs.finish(importId, 'succeeded', {}, null);
  await zones().updateOne({ _id: '2' }, { $set: { name: 'Mine' } });
  const changedSince = await undo();

  expect([open.status, open.body.code]).toEqual([409, 'run_not_ended']);
  expect([changedSince.status, changedSince.body.code]).toEqual([409, 'nothing_to_undo']);
  expect(changedSince.body.plan.stays).toMatchObject([{ code: 'changed' }]);
});

it.each([
  [{ entities: [] }, 'entities'],
  [{ entities: [{ kind: 'zones', id: 'x' }] }, 'entities.0.id'],
  [{ entities: [{ kind: 'things', id: 1 }] }, 'entities.0.kind'],
])('an undo of %j is refused', async (body, path) => {
  await endImport();

  const answer = await undo(body);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ path }]);
});

it('single entities are not for the undo of an export', async () => {
  const { body } = await t.call(api.syncLocalAll[0]);

  const answer = await undo({ entities: [{ kind: 'zones', id: 1 }] }, body.id);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ path: 'entities' }]);
});

it('the history of an entity says which run changed it, and who asked for that', async () => {
  await endImport();

  const { body } = await t.call(
    api.listHistory.find(({ kind }) => kind === 'zones'),
    { params: { id: '2' } },
  );

  expect(body.items).toMatchObject([
    {
      operation: 'update',
      fields: { name: { before: 'Before', after: 'After' } },
      run_id: importId,
      run: { operation: 'import', mode: 'full', requested_by: 'api', undo_of: null },
    },
  ]);
});
