import { api, type Route } from '@broadstreet-sync/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, endedTask, plannedTask, rateState } from '../testing/api-bed.ts';
import { dryRunRequest } from '../testing/plans.ts';
import type { RateState } from './rate-state.ts';

const [listRuns] = api.listRuns;
const [getRun] = api.getRun;
const [cancelRun] = api.cancelRun;
const [retryRun] = api.retryRun;
const refused = {
  category: 'validation',
  code: 'name_missing',
  message: 'has no name',
  remedy: 'Give it one.',
} as const;
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterEach(() => t.clear());
afterAll(() => t.close());

async function trigger(route: Route | undefined = api.syncAll[0], query: Record<string, string> = {}): Promise<string> {
  return (await t.call(route, { query })).body.id;
}

/** Runs as a worker would leave them. */
async function endedExport(): Promise<string> {
  const id = await trigger(api.syncLocalAll[0]);
  await t.store.runs.start(id);
  const network = plannedTask(id, 'networks', { action: 'create', subject: 'a'.repeat(24) });
  const zone = plannedTask(id, 'zones', { action: 'create', subject: 'b'.repeat(24), order: 1 });
  await endedTask(t.store, network, { state: 'failed', error: refused });
  const blockedBy = { kind: 'networks', id: 'a'.repeat(24), name: null, error: refused } as const;
  await endedTask(t.store, zone, { state: 'blocked', error: refused, blocked_by: blockedBy });
  await endedTask(t.store, { ...zone, subject: 'c'.repeat(24), order: 2 }, { state: 'completed' });
  await t.store.runs.finish(id, 'partial', {}, null);
  return id;
}

describe('a run', () => {
  it('shows how its tasks stand; a total only once the kind is planned', async () => {
    const id = await trigger();
    await t.store.runs.start(id);
    await endedTask(t.store, plannedTask(id, 'networks'), { state: 'completed', result: { rows: 4 } });
    await t.store.runs.setPlan(id, 'networks', { phase: 'ready', windows: 0 });
    await endedTask(t.store, plannedTask(id, 'zones', { subject: '1' }), { state: 'failed', error: refused });
    await t.store.tasks.plan([plannedTask(id, 'zones', { subject: '2', order: 1 })]);
    await t.store.runs.setPlan(id, 'zones', { phase: 'support', windows: 0 });
    const { body } = await t.call(getRun, { params: { id } });

    expect(body.status).toBe('running');
    expect(body.kinds.networks).toEqual({ total: 1, completed: 1, failed: 0, blocked: 0, skipped: 0 });
    expect(body.kinds.zones).toEqual({ total: null, completed: 0, failed: 1, blocked: 0, skipped: 0 });
    expect(body.kinds.campaigns.total).toBeNull();
    expect(body.found).toEqual({ networks: 4 });
    expect(body).toMatchObject({ requests: 2, planned_requests: null, eta_seconds: null });
  });

  it('says what it waits for, until when and why', async () => {
    const until = new Date('2030-01-01T00:00:00Z');
    const cause = 'GET /zones: the API failed (status 503)';
    const breaker = { sinceMs: until.getTime() - 1000, nextProbeMs: until.getTime(), cause };
    const waitingOf = async (rate: RateState, workers: number) => {
      const bed = await createApiBed({
        readRate: async () => rate,
        queues: { ...t.queues, countWorkers: async () => workers },
      });
      const { body } = await bed.call(api.syncAll[0]);
      await bed.close();
      return body.waiting;
    };

    const waits = [
      await waitingOf(rateState({ pausedUntilMs: until.getTime() }), 1),
      await waitingOf(rateState({ breaker, pausedUntilMs: until.getTime() }), 1),
      await waitingOf(rateState({ breaker }), 0),
      await waitingOf(rateState({}), 1),
    ];

    expect(waits).toEqual([
      { for: 'rate_limit', until: until.toISOString(), cause: null },
      { for: 'breaker', until: until.toISOString(), cause },
      { for: 'worker', until: null, cause: null },
      null,
    ]);
  });

  it('knows what it costs and when it will end, from its start on', async () => {
    const other = await createApiBed({
      readRate: async () => rateState({ rate: 2, latencyMs: 250 }),
      queues: { ...t.queues, countWorkers: async () => 3 },
    });
    const network_id = 5;
    for (const name of ['A', 'B', 'C']) await other.store.locals.create('zones', { name, network_id });
    const started = await other.call(api.syncKind.find(({ kind }) => kind === 'networks'));
    const { id } = started.body;
    const tasks = ['1', '2', '3'].map((subject, order) => plannedTask(id, 'networks', { subject, order }));
    await other.store.tasks.plan(tasks);
    await other.store.runs.setPlan(id, 'networks', { phase: 'ready', windows: 0 });
    const { body } = await other.call(getRun, { params: { id } });
    const whole = await other.call(api.syncLocalAll[0]);
    await other.close();

    expect(started.body).toMatchObject({ planned_requests: 1, eta_seconds: 1, rate: 2, latency_ms: 250 });
    expect(body).toMatchObject({ planned_requests: 3, eta_seconds: 2 });
    expect(whole.body).toMatchObject({ planned_requests: 4, eta_seconds: 5 });
  });

  it('says when it waits for nothing but what may still come late; its progress is complete meanwhile', async () => {
    const other = await createApiBed({
      readRate: async () => ({ rate: 2, pausedUntil: null }),
      queues: { ...t.queues, countWorkers: async () => 1 },
    });
    const [sync] = api.syncKind.filter(({ kind }) => kind === 'networks');
    const id = (await other.call(sync, { body: { direction: 'export' } })).body.id;
    await other.store.runs.start(id);
    await endedTask(other.store, plannedTask(id, 'networks', { action: 'create' }), { state: 'completed' });
    await other.store.runs.setPlan(id, 'networks', { phase: 'ready', windows: 0 });
    const not_before = new Date('2030-01-01T00:00:00Z');
    const sweep = { action: 'sweep', counted: false, state: 'waiting', not_before } as const;
    await other.store.tasks.plan([plannedTask(id, 'networks', sweep)]);
    const { body } = await other.call(getRun, { params: { id } });
    await other.close();

    expect(body.waiting).toMatchObject({ for: 'late_commits', until: not_before.toISOString() });
    expect(body.kinds.networks).toMatchObject({ total: 1, completed: 1 });
  });

  it('that has ended has every total, and the changes and the error it ended with', async () => {
    const id = await trigger();
    await t.store.runs.start(id);
    const changes = { inserted: 2, updated: 0, removed: 0, unchanged: 5, conflicts: 0 };
    await t.store.runs.finish(id, 'failed', { zones: changes }, refused);
    const { body } = await t.call(getRun, { params: { id } });

    expect(body.kinds.zones.total).toBe(0);
    expect(body.changes.zones).toEqual(changes);
    expect(body.changes.networks.inserted).toBe(0);
    expect(body).toMatchObject({ status: 'failed', error: refused, waiting: null, stopping: false });
    expect(body.ended_at).not.toBeNull();
  });

  it.each(['0'.repeat(24), 'nonsense', '$ne', '..%2f..'])('that there is not: 404 for %s', async (id) => {
    for (const route of [getRun, cancelRun, retryRun, ...api.watchRun, ...api.listTasks, ...api.listResults]) {
      expect((await t.call(route, { params: { id } })).status).toBe(404);
    }
  });
});

describe('the list of runs', () => {
  it('has the newest first, by pages and by operation', async () => {
    const first = await trigger();
    const second = await trigger(api.syncLocalAll[0]);
    const page = await t.call(listRuns, { query: { limit: '1' } });
    const rest = await t.call(listRuns, { query: { limit: '1', cursor: page.body.next } });
    const exports = await t.call(listRuns, { query: { operation: 'export', status: 'queued' } });

    expect([page.body.items[0].id, page.body.total]).toEqual([second, 2]);
    expect([rest.body.items[0].id, rest.body.next]).toEqual([first, null]);
    expect(exports.body.items.map((run: { id: string }) => run.id)).toEqual([second]);
  });
});

describe('cancel', () => {
  it('asks a run to stop; asking again is as good as once', async () => {
    const id = await trigger();
    await t.store.runs.start(id);
    const first = await t.call(cancelRun, { params: { id } });
    const second = await t.call(cancelRun, { params: { id } });

    expect([first.status, first.body.stopping, first.body.links.cancel]).toEqual([202, true, null]);
    expect([second.status, second.body.stopping]).toEqual([202, true]);
    expect((await t.store.runs.get(id))?.stop?.reason).toBe('cancelled');
  });

  it('ends a run at once that nobody has begun, and lets the next one go', async () => {
    const id = await trigger();
    const next = await trigger(api.syncAll[0], { queue: 'true' });
    const answer = await t.call(cancelRun, { params: { id } });

    expect([answer.status, answer.body.status]).toEqual([202, 'cancelled']);
    expect((await t.store.runs.get(next))?.slot).toBe('import');
  });

  it('ends a run at once that waits behind another', async () => {
    await trigger();
    const id = await trigger(api.syncAll[0], { queue: 'true' });
    const answer = await t.call(cancelRun, { params: { id } });

    expect([answer.status, answer.body.status]).toEqual([202, 'cancelled']);
  });

  it('is refused for a run that has ended, and for one that publishes', async () => {
    const id = await trigger();
    await t.store.runs.start(id);
    await t.store.runs.publishing(id);
    const publishing = await t.call(cancelRun, { params: { id } });
    await t.store.runs.finish(id, 'succeeded', {}, null);
    const ended = await t.call(cancelRun, { params: { id } });

    expect([publishing.status, publishing.body.code]).toEqual([409, 'run_publishing']);
    expect([ended.status, ended.body.code]).toEqual([409, 'run_ended']);
  });
});

describe('retry', () => {
  it('makes a run of what failed or was blocked in an export', async () => {
    const id = await endedExport();
    const { body: before } = await t.call(getRun, { params: { id } });
    const answer = await t.call(retryRun, { params: { id } });

    expect(before.links.retry).toBe(`/api/runs/${id}/retry`);
    expect([answer.status, answer.body.retry_of]).toEqual([202, id]);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({
      operation: 'export',
      kinds: ['networks', 'zones'],
      only: { networks: ['a'.repeat(24)], zones: ['b'.repeat(24)] },
    });
  });

  it('is of the named ones alone where some are named', async () => {
    const id = await endedExport();
    const only = [
      { kind: 'zones', subject: 'b'.repeat(24) },
      { kind: 'zones', subject: 'never tried' },
    ];
    const answer = await t.call(retryRun, { params: { id }, body: { only } });
    const other = await t.call(retryRun, { params: { id }, body: { only: only.slice(1) } });

    expect(await t.store.runs.get(answer.body.id)).toMatchObject({ only: { zones: ['b'.repeat(24)] } });
    expect([other.status, other.body.code]).toEqual([409, 'nothing_to_retry']);
  });

  it('takes edits and removals that failed too, and undoes what an undo has left', async () => {
    const id = await trigger(api.syncLocalAll[0]);
    await t.store.runs.start(id);
    await endedTask(t.store, plannedTask(id, 'zones', { action: 'update', subject: '7' }), { state: 'failed' });
    await endedTask(t.store, plannedTask(id, 'zones', { action: 'remove', subject: '8', order: 1 }), {
      state: 'blocked',
    });
    await t.store.runs.finish(id, 'failed', {}, null);
    const undo = { run_id: id, force: false };
    await t.db.collection<{ _id: string }>('runs').updateOne({ _id: id }, { $set: { undo } });
    const answer = await t.call(retryRun, { params: { id } });

    expect(answer.body.undo_of).toBe(id);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({
      kinds: ['zones'],
      only: { zones: ['7', '8'] },
      undo,
    });
  });

  it('makes a run of the lists that failed in an import', async () => {
    const id = await trigger();
    await t.store.runs.start(id);
    await endedTask(t.store, plannedTask(id, 'networks'), { state: 'completed' });
    await endedTask(t.store, plannedTask(id, 'zones', { subject: '12' }), { state: 'failed', error: refused });
    await t.store.runs.finish(id, 'partial', {}, null);
    const answer = await t.call(retryRun, { params: { id } });

    expect(await t.store.runs.get(answer.body.id)).toMatchObject({ kinds: ['zones'], only: { zones: ['12'] } });
  });

  it('takes a confirmation that the run was blocked for want of, and refuses one that makes no sense', async () => {
    const id = await endedExport();
    const confirm = { confirm: ['networks'] };
    const unknown = await t.call(retryRun, { params: { id }, body: { confirm: ['zones'] } });
    const answer = await t.call(retryRun, { params: { id }, body: confirm });
    const imported = await trigger();
    await t.store.runs.requestStop(imported, 'failed', null);
    const misplaced = await t.call(retryRun, { params: { id: imported }, body: confirm });

    expect([unknown.status, unknown.body.errors]).toEqual([
      422,
      [{ path: 'confirm.0', message: 'must be one of networks' }],
    ]);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({ ...confirm, only: { networks: ['a'.repeat(24)] } });
    expect([misplaced.status, misplaced.body.errors[0].path]).toEqual([422, 'confirm']);
  });

  it('asks for all again where the run was stopped by a failure', async () => {
    const id = await trigger(api.syncLocalAll[0]);
    await t.store.runs.start(id);
    await t.store.runs.requestStop(id, 'failed', refused);
    await t.store.runs.finish(id, 'failed', {}, refused);
    const { body: before } = await t.call(getRun, { params: { id } });
    const answer = await t.call(retryRun, { params: { id } });

    expect(before.links.retry).toBe(`/api/runs/${id}/retry`);
    expect(await t.store.runs.get(answer.body.id)).toMatchObject({ operation: 'export', only: null, retry_of: id });
  });

  it('carries out the plan again, unless that is outdated: then the run would be another', async () => {
    const planId = 'c'.repeat(24);
    const outdated = { ...refused, category: 'conflict' as const, code: 'plan_outdated' };
    const answers: [number, unknown][] = [];
    for (const error of [refused, outdated]) {
      const asked = dryRunRequest({ dry_run: false, from_plan: planId });
      const { run } = await t.store.runs.trigger(asked, false);
      await t.store.runs.start(run._id);
      await t.store.runs.requestStop(run._id, 'failed', error);
      await t.store.runs.finish(run._id, 'failed', {}, error);
      const { status, body } = await t.call(retryRun, { params: { id: run._id } });
      answers.push([status, body.from_plan ?? body.code]);
      if (status === 202) await t.store.runs.requestStop(body.id, 'cancelled', null);
    }

    expect(answers).toEqual([
      [202, planId],
      [409, 'plan_outdated'],
    ]);
  });

  it('is refused while the run goes on, and where nothing failed', async () => {
    const id = await trigger();
    const open = await t.call(retryRun, { params: { id } });
    await t.store.runs.start(id);
    await t.store.runs.finish(id, 'succeeded', {}, null);
    const ended = await t.call(retryRun, { params: { id } });

    expect([open.status, open.body.code]).toEqual([409, 'run_not_ended']);
    expect([ended.status, ended.body.code]).toEqual([409, 'nothing_to_retry']);
  });

  it('is turned away while another run of the operation is under way', async () => {
    const id = await endedExport();
    const running = await trigger(api.syncLocalAll[0]);
    const answer = await t.call(retryRun, { params: { id } });

    expect([answer.status, answer.body.run.id]).toEqual([409, running]);
  });
});
