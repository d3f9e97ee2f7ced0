import { api } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, endedTask, planIntent, plannedTask, sendIntent } from '../testing/api-bed.ts';

const error = { category: 'validation', code: 'refused', message: 'name, "taken"', remedy: null } as const;
let t: ApiBed;
let exportId: string;
let importId: string;
let draftId: string;

beforeAll(async () => {
  t = await createApiBed();
  draftId = String((await t.store.locals.create('zones', { name: '=Formula' }))._id);
  exportId = (await t.call(api.syncLocalAll[0])).body.id;
  await t.store.runs.start(exportId);
  const base = { action: 'create' } as const;
  const network = plannedTask(exportId, 'networks', { ...base, subject: 'a'.repeat(24), title: 'create network "N"' });
  const placement = plannedTask(exportId, 'placements', { ...base, subject: 'b'.repeat(24) });
  const draft = plannedTask(exportId, 'zones', { ...base, subject: draftId });
  await endedTask(t.store, network, { state: 'completed', result: { remote_id: '7', sent_name: 'N (1)' } });
  await endedTask(t.store, placement, { state: 'completed', result: { remote_id: '1-2-3', sent_name: null } });
  await endedTask(t.store, draft, { state: 'failed', error });
  const conflict = { field: 'name', base: 'x', local: 'y', remote: 'z', kept: 'remote' } as const;
  const updated = { local_id: null, name: 'Top', sent: ['alias'], conflicts: [conflict] };
  const update = plannedTask(exportId, 'zones', { action: 'update', subject: '5', order: 1 });
  await endedTask(t.store, update, { state: 'completed', result: updated });
  const removed = { local_id: 'c'.repeat(24), name: 'Gone', returned: true } as const;
  const remove = plannedTask(exportId, 'zones', { action: 'remove', subject: '6', order: 2 });
  await endedTask(t.store, remove, { state: 'completed', result: removed });
  await t.store.runs.finish(exportId, 'partial', {}, null);
  importId = (await t.call(api.syncAll[0])).body.id;
});
afterAll(() => t.close());

describe('tasks and errors of a run', () => {
  it('are listed by kind and state', async () => {
    const params = { id: exportId };
    const tasks = await t.call(api.listTasks[0], { params });
    const failed = await t.call(api.listTasks[0], { params, query: { state: 'failed', kind: 'zones' } });
    const errors = await t.call(api.listErrors[0], { params });

    expect(tasks.body.total).toBe(5);
    expect(tasks.body.items[0]).toMatchObject({ kind: 'networks', state: 'completed', remote_id: 7, requests: 1 });
    expect(failed.body.items).toMatchObject([{ subject: draftId, error }]);
    expect(errors.body.items).toMatchObject([
      { kind: 'zones', subject: draftId, state: 'failed', message: error.message },
    ]);
  });

  it('are CSV for who accepts that, with nothing that a spreadsheet would run', async () => {
    const headers = { accept: 'text/csv' };
    const answer = await t.call(api.listErrors[0], { params: { id: exportId }, headers });
    const [head, line, end] = answer.text.split('\r\n');

    expect(answer.type).toBe('text/csv');
    expect(answer.headers['content-disposition']).toContain(`run-${exportId}-errors.csv`);
    expect(head).toBe('kind,subject,title,state,category,code,message,remedy,blocked_by,at,action');
    expect(line).toContain(`zones,${draftId},list zones,failed,validation,refused,"name, ""taken""",,`);
    expect(end).toBe('');
  });
});

describe('results of an export', () => {
  it('say what became of each entity', async () => {
    const { body } = await t.call(api.listResults[0], { params: { id: exportId } });

    const created = { action: 'create', sent: null, conflicts: null };
    const [a, b, c] = ['a'.repeat(24), 'b'.repeat(24), 'c'.repeat(24)];
    const conflict = { field: 'name', base: 'x', local: 'y', remote: 'z', kept: 'remote' };
    expect(body.items).toEqual([
      { ...created, kind: 'networks', local_id: a, remote_id: 7, name: null, sent_name: 'N (1)', outcome: 'created' },
      {
        ...created,
        kind: 'placements',
        local_id: b,
        remote_id: '1-2-3',
        name: null,
        sent_name: null,
        outcome: 'created',
      },
      {
        ...created,
        kind: 'zones',
        local_id: draftId,
        remote_id: null,
        name: '=Formula',
        sent_name: null,
        outcome: 'failed',
      },
      {
        kind: 'zones',
        action: 'update',
        local_id: null,
        remote_id: 5,
        name: 'Top',
        sent_name: null,
        outcome: 'updated',
        sent: ['alias'],
        conflicts: [conflict],
      },
      {
        kind: 'zones',
        action: 'remove',
        local_id: c,
        remote_id: 6,
        name: 'Gone',
        sent_name: null,
        outcome: 'removed',
        sent: null,
        conflicts: null,
      },
    ]);
  });

  it('call open what a stopped run has sent, until it is known', async () => {
    const run = (await t.call(api.syncLocalAll[0], { query: { queue: 'true' } })).body.id;
    const id = (await t.store.locals.create('zones', { name: 'Late' }))._id.toHexString();
    await endedTask(t.store, plannedTask(run, 'zones', { action: 'create', subject: id }), { state: 'skipped' });
    await planIntent(t.store, 'zones', id, run);
    await sendIntent(t.store, id);

    const { body } = await t.call(api.listResults[0], { params: { id: run } });

    expect(body.items).toMatchObject([{ local_id: id, remote_id: null, outcome: 'open' }]);
  });

  it('know of what was found out when the run had been stopped', async () => {
    const { intents } = t.store;
    const run = (await t.call(api.syncLocalAll[0], { query: { queue: 'true' } })).body.id;
    const { _id } = await t.store.locals.create('zones', { name: 'Late' });
    const id = _id.toHexString();
    const task = plannedTask(run, 'zones', { action: 'create', subject: id });
    await endedTask(t.store, task, { state: 'skipped' });
    await planIntent(t.store, 'zones', id, run);
    await intents.created(id, await sendIntent(t.store, id), '77', { id: 77 });
    await t.store.promote({
      kind: kinds.zones,
      localId: id,
      runId: run,
      sentBy: run,
      taskId: '',
      key: '77',
      entity: { id: 77, name: 'Late' },
      ancestors: { network_id: 1 },
      hash: null,
      sentName: 'Late',
      counts: { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 },
    });

    const { body } = await t.call(api.listResults[0], { params: { id: run } });

    expect(body.items).toMatchObject([{ local_id: id, remote_id: 77, sent_name: 'Late', outcome: 'created' }]);
  });

  it('are CSV with all rows, or as many as `limit` says', async () => {
    const headers = { accept: 'text/csv' };
    const all = await t.call(api.listResults[0], { params: { id: exportId }, headers });
    const one = await t.call(api.listResults[0], { params: { id: exportId }, headers, query: { limit: '1' } });

    expect(all.text.trimEnd().split('\r\n')).toHaveLength(6);
    expect(all.text).toContain(`zones,${draftId},,'=Formula,,failed`);
    expect(one.text.trimEnd().split('\r\n')).toHaveLength(2);
  });

  it('are not there for an import', async () => {
    expect((await t.call(api.listResults[0], { params: { id: importId } })).status).toBe(404);
  });
});

describe('changes of an import', () => {
  it('are those staged until it publishes', async () => {
    const source = { run_id: importId, kind: 'zones', task_id: 'x', fence: 1 } as const;
    const requested_at = new Date();
    const change = {
      key: '5',
      hash: 'h',
      operation: 'insert',
      expects: null,
      requested_at,
      before: null,
      dangling: false,
    } as const;
    await t.store.changes.stage(source, [{ ...change, after: { id: 5, name: 'Top' } }]);
    const params = { id: importId };
    const { body } = await t.call(api.listChanges[0], { params, query: { operation: 'insert' } });
    const csv = await t.call(api.listChanges[0], { params, headers: { accept: 'text/csv' } });
    const none = await t.call(api.listChanges[0], { params, query: { kind: 'networks' } });

    expect(body.items).toEqual([
      {
        kind: 'zones',
        key: '5',
        operation: 'insert',
        fields: null,
        conflicts: null,
        before: null,
        after: { id: 5, name: 'Top' },
        at: null,
      },
    ]);
    expect(csv.text).toContain('zones,5,insert,,,"{""id"":5,""name"":""Top""}",');
    expect(none.body.total).toBe(0);
  });
});

describe('sync logs', () => {
  it('are found by kind, operation, run and time', async () => {
    const record = (entity_type: 'zones' | 'networks', timestamp: string, dry_run?: boolean) => ({
      timestamp: new Date(timestamp),
      operation: 'import' as const,
      entity_type,
      success: true,
      duration: 1200,
      entities_processed: 4,
      errors: 0,
      run_id: importId,
      requests: 2,
      retries: 0,
      rate_limited: 0,
      waited_ms: 10,
      ...(dry_run === undefined ? {} : { dry_run }),
    });
    await t.store.logs.write([
      record('zones', '2026-11-01T00:00:00Z'),
      record('networks', '2026-11-02T00:00:00Z', true),
    ]);
    const query = async (given: Record<string, string>) => {
      const { body } = await t.call(api.listSyncLogs[0], { query: given });
      return body.items.map((item: { entity_type: string }) => item.entity_type);
    };

    expect(await query({})).toEqual(['networks', 'zones']);
    expect(await query({ entity_type: 'zones', operation: 'import' })).toEqual(['zones']);
    expect(await query({ kind: 'networks' })).toEqual(['networks']);
    expect(await query({ from: '2026-11-02T00:00:00Z' })).toEqual(['networks']);
    expect(await query({ to: '2026-11-02T00:00:00Z', run_id: importId })).toEqual(['zones']);
    expect(await query({ operation: 'export' })).toEqual([]);
    // What an earlier version wrote does not say.
    expect(await query({ dry_run: 'false' })).toEqual(['zones']);
    expect(await query({ dry_run: 'true' })).toEqual(['networks']);
  });

  it('refuse a time that is none', async () => {
    const answer = await t.call(api.listSyncLogs[0], { query: { from: 'yesterday' } });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'from']);
  });
});
