import { api } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, endedTask, plannedTask, productionDocument } from '../testing/api-bed.ts';

const [undoRun] = api.undoRun;
const [getRun] = api.getRun;
let t: ApiBed;
let exportId: string;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.clear();
  exportId = (await t.call(api.syncLocalAll[0])).body.id;
  await t.store.runs.start(exportId);
});

const localIds: Partial<Record<KindName, string>> = { networks: 'a', advertisers: 'b', zones: 'c' };

/** An entity that the export has created, as the worker leaves it. */
async function made(kind: KindName, id: number, fields: Record<string, unknown>, changed: object = {}): Promise<void> {
  const localId = (localIds[kind] ?? 'd').repeat(24);
  const task = plannedTask(exportId, kind, { action: 'create', subject: localId });
  await endedTask(t.store, task, { state: 'completed', result: { remote_id: String(id), sent_name: null } });
  const at = new Date();
  const intent = {
    kind,
    run_id: exportId,
    state: 'promoted',
    payload: fields,
    name: fields.name,
    sent_name: fields.name,
  };
  const stored = { _id: localId, ...intent, remote_id: String(id), sent_at: at };
  await t.db.collection<{ _id: string }>('intents').insertOne(stored);
  const after = { id, ...fields };
  const change = { run_id: exportId, kind, key: String(id), operation: 'insert', before: null, after, at };
  await t.db.collection('history').insertOne(change);
  const document = productionDocument(String(id), { ...after, ...changed });
  document.sync.original_local_id = localId;
  await t.db.collection<{ _id: string }>(kind).insertOne(document);
}

async function endExport(): Promise<void> {
  const inserted = { inserted: 1, updated: 0, removed: 0, unchanged: 0, conflicts: 0 };
  await t.store.runs.finish(exportId, 'succeeded', { zones: inserted }, null);
}

function undo(body?: object, id = exportId, query: Record<string, string> = {}) {
  return t.call(undoRun, { params: { id }, query, ...(body === undefined ? {} : { body }) });
}

describe('the plan of an undo', () => {
  it('has the exact requests, and what stays and why, and does nothing', async () => {
    await made('networks', 1, { name: 'Net' });
    await made('zones', 7, { name: 'Top', alias: null, network_id: 1 });
    await made('advertisers', 9, { name: 'Luna', network_id: 1 }, { name: 'Theirs' });
    await endExport();

    const answer = await undo({ dry_run: true });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      run_id: exportId,
      force: false,
      requests: 3,
      removed: [
        {
          kind: 'zones',
          id: 7,
          local_id: 'c'.repeat(24),
          name: 'Top',
          requests: ['GET /zones/7', 'GET /campaigns?zone_id=7', 'DELETE /zones/7'],
        },
      ],
      along: [],
      stays: [
        {
          kind: 'advertisers',
          id: 9,
          local_id: 'b'.repeat(24),
          name: 'Theirs',
          code: 'changed',
          reason: 'The advertiser was changed in Broadstreet (name) since it was exported.',
          remedy: expect.stringContaining('"force": true'),
        },
        {
          kind: 'networks',
          id: 1,
          local_id: 'a'.repeat(24),
          name: 'Net',
          code: 'cannot_be_removed',
          reason: 'The Broadstreet API cannot delete networks.',
          remedy: expect.any(String),
        },
      ],
    });
    expect((await t.store.runs.list({}, 0, 10)).total).toBe(1);
  });

  it('by force has what was changed too, with a look at what hangs on it', async () => {
    await made('advertisers', 9, { name: 'Luna', network_id: 1 }, { name: 'Theirs' });
    await endExport();

    const { body } = await undo({ dry_run: true, force: true });

    expect(body.removed).toMatchObject([
      {
        kind: 'advertisers',
        id: 9,
        requests: [
          'GET /advertisements?network_id=1&advertiser_id=9',
          'GET /campaigns?advertiser_id=9',
          'DELETE /advertisers/9',
        ],
      },
    ]);
  });
});

describe('an undo', () => {
  it('is a run of its own, that says what it undoes', async () => {
    await made('zones', 7, { name: 'Top', alias: null, network_id: 1 });
    await endExport();
    const before = await t.call(getRun, { params: { id: exportId } });

    const answer = await undo({});

    expect(before.body.links.undo).toBe(`/api/runs/${exportId}/undo`);
    expect([answer.status, answer.body.operation, answer.body.undo_of]).toEqual([202, 'export', exportId]);
    expect(answer.headers.location).toBe(`/api/runs/${answer.body.id}`);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({
      kinds: ['zones'],
      only: null,
      undo: { run_id: exportId, force: false },
    });
  });

  it('with the same key is the same run, and another with another wish', async () => {
    await made('zones', 7, { name: 'Top', alias: null, network_id: 1 });
    await endExport();
    const ask = (body: object) =>
      t.call(undoRun, { params: { id: exportId }, body, headers: { 'idempotency-key': 'once' } });

    const [first, again, other] = [await ask({}), await ask({}), await ask({ force: true })];

    expect(again.body.id).toBe(first.body.id);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_key_reused']);
  });

  it('is refused while the run goes on, and where another export does', async () => {
    await made('zones', 7, { name: 'Top', alias: null, network_id: 1 });
    const open = await undo();
    await endExport();
    const running = await t.call(api.syncLocalAll[0]);
    const busy = await undo();
    const behind = await undo({}, exportId, { queue: 'true' });

    expect([open.status, open.body.code]).toEqual([409, 'run_not_ended']);
    expect([busy.status, busy.body.run.id]).toEqual([409, running.body.id]);
    expect(behind.status).toBe(202);
  });

  it('of what is undone, of nothing and of an import that changed nothing is refused', async () => {
    await endExport();
    const nothing = await undo();
    const plan = await undo({ dry_run: true });
    const importId = (await t.call(api.syncAll[0])).body.id;
    await t.store.runs.start(importId);
    await t.store.runs.finish(importId, 'succeeded', {}, null);
    const ofImport = await undo({}, importId);

    expect([nothing.status, nothing.body.code]).toEqual([409, 'nothing_to_undo']);
    expect([plan.status, plan.body.removed, plan.body.stays]).toEqual([200, [], []]);
    expect([ofImport.status, ofImport.body.code]).toEqual([409, 'nothing_to_undo']);
  });

  it.each([{ dry_run: 'yes' }, { force: 1 }, { all: true }])('refuses %j', async (body) => {
    await endExport();

    expect((await undo(body)).status).toBe(422);
  });

  it('of a run that there is not is not found', async () => {
    expect((await undo({}, '0'.repeat(24))).status).toBe(404);
  });
});
