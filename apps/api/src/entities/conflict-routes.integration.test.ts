import { api } from '@broadstreet-sync/contract';
import type { ProductionDocument, SyncPart } from '@broadstreet-sync/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiBed, type ApiRequest, createApiBed, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;
const runs = { early: 'a'.repeat(24), late: 'b'.repeat(24) };

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.clear();
  await put('zones', 8, runs.late, 2);
  await put('zones', 7, runs.early, 1, { alias: 'mine' }, { alias: null }, { alias: 'theirs' });
  await put('campaigns', 4, runs.late, 3);
  await t.db.collection<{ _id: string }>('zones').insertOne(productionDocument('9', { id: 9, name: 'Top' }));
});

/** An entity whose name was edited here and there, and what else is given. */
async function put(
  kind: 'zones' | 'campaigns',
  id: number,
  runId: string,
  day: number,
  local: object = {},
  base: object = {},
  remote: object = {},
): Promise<void> {
  const document = productionDocument(String(id), { id, name: 'Mine', network_id: 1, ...local });
  const conflict = { run_id: runId, at: new Date(Date.UTC(2026, 0, day)), remote: { name: 'Theirs', ...remote } };
  const sync: SyncPart = {
    ...document.sync,
    edited: Object.keys(conflict.remote),
    base: { name: 'Before', ...base },
    conflict,
  };
  const stored: ProductionDocument = { ...document, sync };
  await t.db.collection<{ _id: string }>(kind).insertOne(stored);
}

const list = (query: Record<string, string> = {}) => t.call(api.listConflicts[0], { query });
const resolve = (id: string, body: object, headers: ApiRequest['headers'] = {}) =>
  t.call(api.resolveConflict[0], { params: { id }, body, headers });
const resolveMany = (body: object) => t.call(api.resolveConflicts[0], { body });
const zone = async (id: string) => (await t.store.production.get('zones', id)) ?? productionDocument(id, {});
const ids = async (query: Record<string, string> = {}) =>
  (await list(query)).body.items.map(({ id }: { id: string }) => id);

describe('conflicts of one network', () => {
  it('are listed and decided about alone', async () => {
    expect(await ids({ root: '1' })).toHaveLength(3);
    expect(await ids({ root: '2' })).toEqual([]);
    expect((await resolveMany({ all: 'remote', root: 2 })).body).toEqual({ resolved: 0, left: 0 });
    expect((await resolveMany({ all: 'remote', root: 1 })).body).toEqual({ resolved: 3, left: 0 });
  });
});

describe('open conflicts', () => {
  it('are listed over all kinds with base, local and remote values, the oldest first', async () => {
    const { body } = await list();

    expect(body).toMatchObject({ total: 3, next: null });
    expect(body.items).toMatchObject([{ id: 'zones-7' }, { id: 'zones-8' }, { id: 'campaigns-4', kind: 'campaigns' }]);
    expect(body.items[0]).toEqual({
      id: 'zones-7',
      kind: 'zones',
      entity_id: 7,
      name: 'Mine',
      run_id: runs.early,
      revision: 3,
      created_at: '2026-01-01T00:00:00.000Z',
      fields: {
        name: { base: 'Before', local: 'Mine', remote: 'Theirs' },
        alias: { base: null, local: 'mine', remote: 'theirs' },
      },
    });
  });

  it('are listed by kind, by run and page by page', async () => {
    expect(await ids({ kind: 'zones' })).toEqual(['zones-7', 'zones-8']);
    expect(await ids({ run_id: runs.late })).toEqual(['zones-8', 'campaigns-4']);
    const first = await list({ limit: '2' });
    expect(await ids({ limit: '2', cursor: String(first.body.next) })).toEqual(['campaigns-4']);
  });

  it('are had as CSV', async () => {
    const { text } = await t.call(api.listConflicts[0], { headers: { accept: 'text/csv' } });

    expect(text.split('\r\n')[0]).toBe('id,run_id,created_at,fields,kind,entity_id,name,revision');
    expect(text.split('\r\n')).toHaveLength(5);
  });

  it('show on the entity and in the overview', async () => {
    const { body } = await t.call(
      api.getProduction.find(({ kind }) => kind === 'zones'),
      { params: { id: '8' } },
    );
    expect(body.sync.conflict).toMatchObject({ id: 'zones-8', fields: { name: { remote: 'Theirs' } } });
    const overview = await t.call(api.getOverview[0]);
    expect(overview.body.kinds).toMatchObject({ zones: { conflicts: 2, edited: 2 }, campaigns: { conflicts: 1 } });
  });
});

describe('a conflict', () => {
  it('is decided for the account as a whole', async () => {
    const { status, body, headers } = await resolve('zones-7', { all: 'remote' });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      resolved: ['name', 'alias'],
      conflict: null,
      entity: { id: 7, name: 'Theirs', alias: 'theirs', sync: { edited: [], revision: 4 } },
    });
    expect(body.entity.sync).not.toHaveProperty('conflict');
    expect(headers.etag).toBe('"4"');
    expect(await ids()).toEqual(['zones-8', 'campaigns-4']);
    const history = await t.call(
      api.listHistory.find(({ kind }) => kind === 'zones'),
      { params: { id: '7' } },
    );
    expect(history.body.items).toMatchObject([
      {
        run_id: null,
        operation: 'update',
        fields: { name: { before: 'Mine', after: 'Theirs' }, alias: { before: 'mine', after: 'theirs' } },
      },
    ]);
  });

  it('is decided field by field, what is left out staying open', async () => {
    const { body } = await resolve('zones-7', { fields: { alias: 'local' } });

    expect(body).toMatchObject({ resolved: ['alias'], conflict: { id: 'zones-7', revision: 4, run_id: runs.early } });
    expect(Object.keys(body.conflict.fields)).toEqual(['name']);
    expect(await zone('7')).toMatchObject({
      name: 'Mine',
      alias: 'mine',
      sync: { edited: ['name', 'alias'], base: { name: 'Before', alias: 'theirs' } },
    });

    const last = await resolve('zones-7', { fields: { name: { value: 'Both' } } });

    expect(last.body).toMatchObject({ conflict: null, entity: { name: 'Both', sync: { edited: ['name', 'alias'] } } });
  });

  it.each([
    ['neither all nor fields', {}, 'must have either all or fields', ''],
    ['both', { all: 'local', fields: { name: 'local' } }, 'must have either all or fields', ''],
    ['another side', { all: 'mine' }, 'must be local or remote', 'all'],
    ['a word for a field', { fields: { name: 'mine' } }, 'must be "local", "remote" or', 'fields.name'],
    ['a field that is not open', { fields: { alias: 'local' } }, 'is not in conflict: name is', 'fields.alias'],
    ['no value', { fields: { name: { value: null } } }, 'must have a value', 'fields.name.value'],
    ['a value of another sort', { fields: { name: { value: 7 } } }, 'expected string', 'fields.name.value'],
  ])('is not decided by %s', async (_, body, message, path) => {
    const before = await zone('8');

    const answer = await resolve('zones-8', body);

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(await zone('8')).toEqual(before);
  });

  it.each(['zones-9', 'zones-10', 'zone-7', '7', 'zones-x'])('that there is not is not found: %s', async (id) => {
    expect(await resolve(id, { all: 'local' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('is not decided about by who has seen another state of it', async () => {
    const outdated = await resolve('zones-8', { all: 'remote' }, { 'if-match': '"2"' });

    expect(outdated).toMatchObject({ status: 412, body: { code: 'revision_outdated', entity: { name: 'Mine' } } });
    expect((await resolve('zones-8', { all: 'remote' }, { 'if-match': '"3"' })).status).toBe(200);
    expect((await resolve('zones-8', { all: 'remote' })).status).toBe(404);
  });

  it('of an entity that is to be deleted waits until that is kept', async () => {
    await toBeDeleted('8');

    const answer = await resolve('zones-8', { all: 'remote' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'deletion_planned' } });
  });

  it('decided about by many at once is decided once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => resolve('zones-7', { all: 'remote' })));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404, 404, 404]);
    expect((await zone('7')).sync.revision).toBe(4);
    expect(await t.db.collection('history').countDocuments()).toBe(1);
  });
});

describe('many conflicts', () => {
  it.each([
    ['all', {}, 3, 0, []],
    ['of a kind', { kind: 'zones' }, 2, 0, ['campaigns-4']],
    ['of a run', { run_id: runs.late }, 2, 0, ['zones-7']],
    [
      'that are named, but for what is not open',
      { ids: ['zones-8', 'zones-8', 'zones-9'] },
      1,
      0,
      ['zones-7', 'campaigns-4'],
    ],
    ['in one field', { field: 'alias' }, 1, 3, ['zones-7', 'zones-8', 'campaigns-4']],
  ])('are decided at once: %s', async (_, which, resolved, left, open) => {
    const { status, body } = await resolveMany({ all: 'remote', ...which });

    expect([status, body]).toEqual([200, { resolved, left }]);
    expect(await ids()).toEqual(open);
  });

  it('are decided but for those of entities that are to be deleted', async () => {
    await toBeDeleted('8');

    expect((await resolveMany({ all: 'local' })).body).toEqual({ resolved: 2, left: 1 });
    expect(await ids()).toEqual(['zones-8']);
  });

  it.each([
    [{ all: 'remote', ids: ['zones-8', 'zone-7'] }, 'ids.1'],
    [{ all: 'remote', ids: ['zones-8'], kind: 'zones' }, 'ids'],
    [{ ids: ['zones-8'] }, 'all'],
  ])('are not decided by %j', async (body, path) => {
    const answer = await resolveMany(body);

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path }]);
    expect(await ids()).toHaveLength(3);
  });
});

async function toBeDeleted(id: string): Promise<void> {
  const deletion = {
    requested_at: new Date(),
    requested_by: 'x',
    part_of: null,
    with: null,
    drafts: [],
    sent_at: null,
  };
  await t.db.collection<{ _id: string }>('zones').updateOne({ _id: id }, { $set: { 'sync.deletion': deletion } });
}
