import { api } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { eventually } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

const [syncAll] = api.syncAll;
const [syncLocalAll] = api.syncLocalAll;
const importNetworks = api.syncKind.find(({ kind }) => kind === 'networks');
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterEach(() => t.clear());
afterAll(() => t.close());

describe('a trigger', () => {
  it('stores a run, hands it to the queues and says where it is', async () => {
    const answer = await t.call(syncAll, { body: { conflicts: 'manual' } });

    expect(answer.status).toBe(202);
    expect(answer.headers.location).toBe(`/api/runs/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      operation: 'import',
      mode: 'full',
      status: 'queued',
      conflicts: 'manual',
      account: { mode: 'demo', host: '127.0.0.1:4010', networks: null },
      waiting: { for: 'worker', until: null },
    });
    expect(Object.keys(answer.body.kinds)).toEqual([...kindNames]);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({ slot: 'import', kinds: [...kindNames] });
    expect(await t.store.account.owner()).toBe('http://127.0.0.1:4010/api/1');
    const [orchestration] = t.queues.queues;
    expect(await orchestration?.getJobCountByTypes('waiting', 'waiting-children')).toBe(6);
  });

  it.each(kindNames)('%s: is there for the kind, both ways', async (kind) => {
    const route = api.syncKind.find((candidate) => candidate.kind === kind);
    const first = await t.call(route);
    const second = await t.call(route, { body: { direction: 'export', confirm: ['networks'] } });

    expect([first.status, first.body.operation]).toEqual([202, 'import']);
    expect([second.status, second.body.operation]).toEqual([202, 'export']);
    expect(await t.store.runs.get(second.body.id)).toMatchObject({ kinds: [kind], confirm: ['networks'], only: null });
  });

  it.each([
    [syncAll, { mode: 'fresh' }, { mode: 'fresh', filters: {}, max_age_hours: null }, [...kindNames]],
    [syncAll, { mode: 'due' }, { mode: 'due', filters: {}, max_age_hours: 24 }, [...kindNames]],
    [importNetworks, { mode: 'due', max_age_hours: 0.5 }, { mode: 'due', max_age_hours: 0.5 }, ['networks']],
    [syncAll, { filters: { network_id: 7 } }, { mode: 'incremental', filters: { network_id: 7 } }, [...kindNames]],
    [
      syncAll,
      { mode: 'incremental', filters: { advertiser_id: 7 } },
      { mode: 'incremental', filters: { advertiser_id: 7 } },
      ['advertisers', 'advertisements', 'campaigns', 'placements'],
    ],
    [
      importNetworks,
      { filters: { ids: [3, '2'] } },
      { mode: 'incremental', filters: { ids: ['2', '3'] } },
      ['networks'],
    ],
  ])('keeps its mode and what it is limited to: %# %j', async (route, body, kept, kinds) => {
    const { status, body: run } = await t.call(route, { body });

    expect([status, run]).toEqual([202, expect.objectContaining({ ...kept, reads_first: [] })]);
    expect(await t.store.runs.get(run.id)).toMatchObject({ ...kept, kinds });
  });

  it('of everything local is an export of all kinds', async () => {
    const { body } = await t.call(syncLocalAll);

    expect(await t.store.runs.get(body.id)).toMatchObject({ operation: 'export', kinds: [...kindNames], confirm: [] });
  });

  it('is turned away while a run of its operation is under way, and told which', async () => {
    const first = await t.call(syncAll);
    const second = await t.call(importNetworks);

    expect([second.status, second.body.code]).toEqual([409, 'run_in_progress']);
    expect(second.body.run.id).toBe(first.body.id);
  });

  it('waits behind the running one when it asks to', async () => {
    const first = await t.call(syncAll);
    const second = await t.call(syncAll, { query: { queue: 'true' } });

    expect(second.status).toBe(202);
    expect(second.body).toMatchObject({ status: 'queued', waiting: null });
    expect(second.body.id).not.toBe(first.body.id);
    expect((await t.store.runs.get(second.body.id))?.slot).toBeNull();
  });

  it('with the same Idempotency-Key gives the first run again, also once it has ended', async () => {
    const headers = { 'idempotency-key': 'monday' };
    const first = await t.call(syncAll, { headers });
    const second = await t.call(syncAll, { headers });
    await t.store.runs.finish(first.body.id, 'cancelled', {}, null);
    const third = await t.call(syncAll, { headers });

    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    expect([third.status, third.body.id, third.body.status]).toEqual([202, first.body.id, 'cancelled']);
  });

  it('with the same Idempotency-Key is the same in whatever order it is written', async () => {
    const headers = { 'idempotency-key': 'sunday' };
    const first = await t.call(importNetworks, { headers, body: { filters: { ids: [1, 2], name: 'x' } } });
    const second = await t.call(importNetworks, { headers, body: { filters: { name: 'x', ids: ['2', 1, 2] } } });
    const other = await t.call(importNetworks, { headers, body: { filters: { name: 'x', ids: [1] } } });

    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it('with the Idempotency-Key of another request is refused, with the run that has the key', async () => {
    const headers = { 'idempotency-key': 'tuesday' };
    const first = await t.call(syncAll, { headers });
    const other = await t.call(api.syncLocalAll[0], { headers });
    const otherBody = await t.call(syncAll, { headers, body: { dry_run: true } });
    for (const body of [{ mode: 'fresh' }, { mode: 'due' }, { filters: { network_id: 1 } }]) {
      expect((await t.call(syncAll, { headers, body })).body.code, JSON.stringify(body)).toBe('idempotency_key_reused');
    }

    expect([other.status, other.body.code, other.body.run.id]).toEqual([409, 'idempotency_key_reused', first.body.id]);
    expect([otherBody.status, otherBody.body.code]).toEqual([409, 'idempotency_key_reused']);
  });

  it('twenty at once make one run, and every answer names it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => t.call(syncAll)));

    const ids = answers.map(({ status, body }) => (status === 202 ? body.id : body.run.id));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(new Set(ids).size).toBe(1);
    expect((await t.store.runs.list({}, 0, 10)).total).toBe(1);
  });

  it('twenty at once with one key are all answered with the run', async () => {
    const headers = { 'idempotency-key': 'k' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => t.call(syncAll, { headers })));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });
});

describe('?wait', () => {
  it('answers 200 when the run ends in that time', async () => {
    const waiting = t.call(syncAll, { query: { wait: '30' } });
    const run = await eventually(async () => (await t.store.runs.list({}, 0, 1)).items[0]);
    await t.store.runs.start(run._id);
    await t.store.runs.finish(run._id, 'succeeded', {}, null);
    const answer = await waiting;

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: run._id, status: 'succeeded' });
  });

  it('answers 202 when it does not', async () => {
    const answer = await t.call(syncAll, { query: { wait: '1' } });

    expect([answer.status, answer.body.status]).toEqual([202, 'queued']);
  });

  it('ends when the process stops', async () => {
    const other = await createApiBed();
    const waiting = other.call(syncAll, { query: { wait: '600' } });
    await eventually(async () => (await other.store.runs.list({}, 0, 1)).total === 1);
    other.api.close();
    const answer = await waiting;
    await other.close();

    expect(answer.status).toBe(202);
  });
});

describe('a trigger that cannot be', () => {
  it.each([
    [syncAll, { direction: 'import' }, 'direction'],
    [syncAll, { mode: 'whole' }, 'mode'],
    [syncAll, { filters: { network_id: { $ne: 1 } } }, 'filters.network_id'],
    [syncAll, { mode: 'incremental' }, 'filters'],
    [syncAll, { mode: 'full', filters: { network_id: 1 } }, 'filters'],
    [syncAll, { filters: { ids: [1] } }, 'filters.ids'],
    [syncAll, { max_age_hours: 3 }, 'max_age_hours'],
    [syncAll, { mode: 'due', max_age_hours: 0 }, 'max_age_hours'],
    [syncAll, { mode: 'due', max_age_hours: 'a day' }, 'max_age_hours'],
    [importNetworks, { filters: { zone_id: 1 } }, 'filters.zone_id'],
    [importNetworks, { filters: { owner_id: 1 } }, 'filters.owner_id'],
    [importNetworks, { filters: { ids: ['1-2'] } }, 'filters.ids.0'],
    [importNetworks, { confirm: ['networks'] }, 'confirm'],
    [syncLocalAll, { confirm: ['zones'] }, 'confirm.0'],
    [syncLocalAll, { conflicts: 'mine' }, 'conflicts'],
  ])('names the field that is wrong: %# %j', async (route, body, path) => {
    const answer = await t.call(route, { body });

    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
    expect(answer.body.errors[0].path).toBe(path);
  });

  it.each([
    [{ wait: '-1' }, 'wait'],
    [{ wait: '601' }, 'wait'],
    [{ queue: 'yes' }, 'queue'],
    [{ wait_seconds: '1' }, 'wait_seconds'],
  ])('names the parameter that is wrong: %j', async (query, path) => {
    const answer = await t.call(syncAll, { query });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });

  it('refuses a key that no header should carry', async () => {
    const answer = await t.call(syncAll, { headers: { 'idempotency-key': 'x'.repeat(256) } });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'idempotency-key']);
    expect((await t.store.runs.list({}, 0, 1)).total).toBe(0);
  });

  it('is refused by a store of another account, both named', async () => {
    await t.store.account.claim('https://api.broadstreetads.com/api/1', t.queues.prefix);
    const answer = await t.call(syncAll);

    expect([answer.status, answer.body.code]).toEqual([409, 'other_account']);
    expect(answer.body.detail).toContain('https://api.broadstreetads.com/api/1');
    expect(answer.body.detail).toContain('http://127.0.0.1:4010/api/1');
    expect((await t.store.runs.list({}, 0, 1)).total).toBe(0);
  });

  it('is refused by a store whose queues have another prefix, both named', async () => {
    await t.store.account.claim('http://127.0.0.1:4010/api/1', 'elsewhere');
    const answer = await t.call(syncAll);

    expect([answer.status, answer.body.code]).toEqual([409, 'other_queue_prefix']);
    expect(answer.body.detail).toContain('elsewhere');
    expect(answer.body.detail).toContain(t.queues.prefix);
    expect((await t.store.runs.list({}, 0, 1)).total).toBe(0);
  });
});
