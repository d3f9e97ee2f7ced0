import { api } from '@broadstreet-sync/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';
import { dryRunRequest, endedDryRun, planItem } from '../testing/plans.ts';

const [getPlan] = api.getPlan;
const [getRun] = api.getRun;
const id = (digit: string): string => digit.repeat(24);
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed({ readRate: async () => ({ rate: 2, pausedUntil: null }) });
});
afterEach(() => t.clear());
afterAll(() => t.close());

/** A plan with one entry of each sort. */
function planOne() {
  return endedDryRun(t.store, (run) => [
    planItem(run, 'networks', id('1'), { level: 1, name: 'Net', sent_name: 'Net' }),
    planItem(run, 'zones', '5', { action: 'names', order: -1, draft: null }),
    planItem(run, 'zones', id('2'), {
      name: 'Top',
      sent_name: 'Top (1)',
      renamed: { by: 'remote', remote_ids: ['30'] },
      proposals: [{ remote_id: '30', is_exact: false, differs: ['alias'] }],
      request: { method: 'POST', path: '/zones', query: { network_id: 5 }, body: { name: 'Top (1)' } },
    }),
    planItem(run, 'zones', id('3'), {
      order: 1,
      name: 'Below',
      sent_name: 'Below',
      awaits: [{ field: 'network_id', kind: 'networks', local_id: id('1'), name: 'Net' }],
      request: { method: 'POST', path: '/zones', query: { network_id: '{network "Net"}' }, body: { name: '=1+1' } },
    }),
    planItem(run, 'advertisements', id('4'), { level: 3 }),
    planItem(run, 'placements', id('5'), { level: 5 }),
    planItem(run, 'placements', id('6'), {
      level: 5,
      state: 'blocked',
      error: { category: 'dependency', code: 'missing_parent', message: 'The zone is nowhere.', remedy: null },
    }),
    planItem(run, 'placements', id('7'), { level: 5, action: 'link', target: '1-2-3' }),
  ]);
}

describe('the plan of a dry run', () => {
  it('says first what can never be undone, then what it costs', async () => {
    const run = await planOne();
    const { status, body } = await t.call(getPlan, { params: { id: run._id } });

    expect(status).toBe(200);
    expect(Object.keys(body)[0]).toBe('summary');
    expect(Object.keys(body.summary)[0]).toBe('permanent');
    expect(body.summary.permanent).toEqual([
      { kind: 'advertisements', count: 1, can_change: false, can_delete: false },
      { kind: 'networks', count: 1, can_change: true, can_delete: false },
      { kind: 'placements', count: 1, can_change: false, can_delete: true },
    ]);
    expect(body.summary.requests).toEqual({ names: 1, look_up: 0, create: 5, update: 0, remove: 0, total: 6 });
    // Six requests at two a second, and an answer of 0.1 s for each of four levels.
    expect(body.summary).toMatchObject({ seconds: 4, is_whole: true });
    expect(body.summary.kinds.placements).toMatchObject({ create: 1, link: 1, blocked: 1, failed: 0 });
    expect(body.summary.kinds.zones).toMatchObject({ create: 2, renamed: 1 });
    expect((await t.call(getRun, { params: { id: run._id } })).body).toMatchObject({
      planned_requests: 6,
      eta_seconds: 4,
    });
  });

  it('shows the requests in order, each name with its reason, and what could be linked', async () => {
    const run = await planOne();
    const { body } = await t.call(getPlan, { params: { id: run._id } });

    expect(body.items.map(({ kind, action }: { kind: string; action: string }) => `${action} ${kind}`)).toEqual([
      'create networks',
      'names zones',
      'create zones',
      'create zones',
      'create advertisements',
      'create placements',
      'create placements',
      'link placements',
    ]);
    expect(body.items[2]).toMatchObject({
      method: 'POST',
      path: '/zones',
      query: { network_id: 5 },
      body: { name: 'Top (1)' },
      reason: '"Top" is taken in Broadstreet by zone 30: link to 30, or create it as "Top (1)".',
      renamed: { by: 'remote', remote_ids: [30], local_id: null },
      link: {
        to: null,
        proposals: [{ remote_id: 30, is_exact: false, differs: ['alias'] }],
        candidates: `/api/local/zones/${id('2')}/candidates`,
      },
    });
    expect(body.items[3]).toMatchObject({ awaits: [{ kind: 'networks', local_id: id('1'), name: 'Net' }] });
    expect(body.items[6]).toMatchObject({ state: 'blocked', reason: 'The zone is nowhere.', method: null });
    expect(body.items[7]).toMatchObject({ link: { to: '1-2-3' } });
  });

  it('comes by pages, and by kind, action and state', async () => {
    const run = await planOne();
    const ask = (query: Record<string, string>) => t.call(getPlan, { params: { id: run._id }, query });

    const first = await ask({ limit: '3' });
    expect([first.body.items.length, first.body.total]).toEqual([3, 8]);
    expect((await ask({ limit: '100', cursor: first.body.next })).body.items).toHaveLength(5);
    expect((await ask({ kind: 'zones' })).body.total).toBe(3);
    expect((await ask({ action: 'create', state: 'blocked' })).body.total).toBe(1);
    expect((await ask({ action: 'destroy' })).body.errors[0].path).toBe('action');
    expect((await ask({ state: 'gone' })).body.errors[0].path).toBe('state');
  });

  it('is a table for who accepts that, with nothing that a spreadsheet would run', async () => {
    const run = await planOne();
    const { text, type } = await t.call(getPlan, { params: { id: run._id }, headers: { accept: 'text/csv' } });

    expect(type).toBe('text/csv');
    const [head, ...lines] = text.trim().split('\r\n');
    expect(head).toMatch(/^kind,action,state,subject,title,name,sent_name,reason,method,path,query,body,/);
    expect(lines).toHaveLength(8);
  });

  it('is not whole while the run plans', async () => {
    const { run } = await t.store.runs.trigger(dryRunRequest(), false);
    await t.store.plans.keep([planItem(run._id, 'zones', id('2'))]);
    const { body } = await t.call(getPlan, { params: { id: run._id } });

    expect(body).toMatchObject({ summary: { is_whole: false, requests: { create: 1 } }, total: 1 });
  });

  it('is not there for an import, nor for an export that has none', async () => {
    const { body: imported } = await t.call(api.syncAll[0]);
    const { body: exported } = await t.call(api.syncLocalAll[0]);

    for (const run of [imported, exported]) {
      expect(run.links.plan).toBeNull();
      expect((await t.call(getPlan, { params: { id: run.id } })).status).toBe(404);
    }
  });
});
