import { api } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';
import { endedImport, stagedChange } from '../testing/held-run.ts';

const [confirmRoute] = api.confirmRun;
const [publishRoute] = api.publishRun;
const [heldRoute] = api.listHeld;
const [changesRoute] = api.listChanges;
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());
beforeEach(async () => {
  for (const id of [1, 2, 3]) {
    const zone = productionDocument(String(id), { id, name: `Z${id}`, network_id: 9 });
    await t.db.collection<typeof zone>('zones').insertOne(zone);
  }
});
afterEach(() => t.clear());

const removal = (key: string) => stagedChange({ key, before: { id: Number(key), name: `Z${key}` } });
const renamed = stagedChange({
  key: '3',
  operation: 'update',
  before: { id: 3, name: 'Z3', network_id: 9 },
  after: { id: 3, name: 'New', network_id: 9, alias: 'new' },
  fields: ['name', 'alias'],
  hash: 'new',
});
const list = (key: string, changes = [removal('1')], hold: object | null = {}) =>
  ({ kind: 'zones', key, changes, hold }) as const;
const byRun = ({ _id }: RunDocument) => ({ params: { id: _id } });
const write = (key: string, part: object) =>
  t.db.collection<{ _id: string }>('zones').updateOne({ _id: key }, { $set: part });
const flowOf = async ({ _id }: RunDocument) => (await t.queues.runState({ _id, generation: 2 })).state;

async function expectRefused(answer: { status: number; body: { code?: string; detail?: string } }, code: string) {
  expect([answer.status, answer.body.code]).toEqual([409, code]);
  expect(answer.body.detail?.length).toBeGreaterThan(20);
}

describe('what a run holds', () => {
  it('is listed with its reasons in words, and as CSV', async () => {
    const run = await endedImport(t.store, [list('9'), list('8', [removal('2')], null)]);
    const shown = await t.call(api.getRun[0], byRun(run));
    const { body } = await t.call(heldRoute, byRun(run));
    const csv = await t.call(heldRoute, { ...byRun(run), headers: { accept: 'text/csv' } });

    expect(shown.body).toMatchObject({
      status: 'held',
      held_lists: 1,
      links: { confirm: `/api/runs/${run._id}/confirm`, held: `/api/runs/${run._id}/held`, publish: null },
    });
    expect(shown.body.kept_until).not.toBeNull();
    expect(body.items).toEqual([
      {
        scope: 'zones:9',
        kind: 'zones',
        key: '9',
        title: 'list zones of network 9',
        state: 'held',
        reasons: [
          {
            code: 'scope_shrinks',
            kind: 'zones',
            before: 20,
            lost: 12,
            message: 'The list has lost 12 of 20 zones.',
          },
        ],
        rows_before: 20,
        rows_now: 8,
        losses: { zones: 12 },
        needs: [],
        replaced_by: null,
        read_at: '2026-11-01T09:00:00.000Z',
      },
    ]);
    expect(csv.text).toContain('zones:9,zones,9,list zones of network 9,held,');
  });

  it('is shown as changes only when they are asked for', async () => {
    const run = await endedImport(t.store, [list('9', [removal('1'), renamed])]);
    const made = await t.call(changesRoute, byRun(run));
    const held = await t.call(changesRoute, { ...byRun(run), query: { held: 'true', operation: 'update' } });

    expect(made.body.items).toEqual([]);
    expect(held.body.items).toMatchObject([{ key: '3', operation: 'update', at: null }]);
  });
});

describe('confirm', () => {
  it('lets the run publish, once', async () => {
    const run = await endedImport(t.store, [list('9'), list('8', [removal('2')])]);
    const first = await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:9'] } });
    const again = await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:9'] } });

    expect([first.status, first.body.status, first.body.held_lists]).toEqual([202, 'publishing', 1]);
    expect(first.headers.location).toBe(`/api/runs/${run._id}`);
    expect([again.status, again.body.status]).toEqual([202, 'publishing']);
    expect((await t.store.holds.of(run._id)).map(({ scope, state }) => [scope, state])).toEqual([
      ['8', 'held'],
      ['9', 'confirmed'],
    ]);
    expect(await t.store.runs.get(run._id)).toMatchObject({ slot: 'import', generation: 2, ended_at: null });
    expect(await flowOf(run)).toBe('waiting-children');
    const other = await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:8'] } });
    await expectRefused(other, 'run_publishing');
  });

  it('takes what hangs on a list along, and refuses what hangs on one that stays held', async () => {
    const needs = ['zones:9'];
    const reasons = [{ code: 'held_with', kind: 'zones', before: 0, lost: 0 }] as const;
    const run = await endedImport(t.store, [list('9'), list('8', [], { needs, reasons })]);
    const alone = await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:8'] } });
    await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:9'] } });

    expect([alone.status, alone.body.errors[0].path]).toEqual([422, 'scopes.0']);
    expect(alone.body.errors[0].message).toContain('hangs on zones:9');
    expect((await t.store.holds.of(run._id)).map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
  });

  it.each([
    [{ scopes: ['zones:7'] }, 'scopes.0'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: [5] }, 'scopes.0'],
    [{ scopes: 'zones:9' }, 'scopes'],
    [{ scope: 'zones:9' }, 'scope'],
  ])('refuses %j, naming the field', async (body, path) => {
    const run = await endedImport(t.store, [list('9')]);
    const answer = await t.call(confirmRoute, { ...byRun(run), body });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });

  it('is refused where production has moved on, naming what, and not where it is so already', async () => {
    const run = await endedImport(t.store, [list('9', [removal('1'), removal('2'), renamed])]);
    await t.db.collection<{ _id: string }>('zones').deleteOne({ _id: '1' });
    await write('2', { 'sync.revision': 4 });
    await write('3', { 'sync.revision': 5, 'sync.hash': 'new' });
    const answer = await t.call(confirmRoute, byRun(run));

    await expectRefused(answer, 'production_moved_on');
    expect(answer.body.changed).toEqual([{ kind: 'zones', key: '2', expected: 3, found: 4 }]);
    expect(answer.body.detail).toContain('zone 2');
    expect(await t.store.runs.get(run._id)).toMatchObject({ status: 'held', held: 1, slot: null });
  });

  it('is refused where something was made since on what is to be removed', async () => {
    const advertiser = productionDocument('5', { id: 5, name: 'A', network_id: 9 });
    await t.db.collection<typeof advertiser>('advertisers').insertOne(advertiser);
    const gone = stagedChange({ key: '5' });
    const run = await endedImport(t.store, [{ kind: 'advertisers', key: '9', changes: [gone], hold: {} }]);
    const campaign = productionDocument('6', { id: 6, name: 'C', network_id: 9, advertiser_id: 5 });
    campaign.sync.written_at = new Date('2026-11-01T09:00:01Z');
    await t.db.collection<typeof campaign>('campaigns').insertOne(campaign);
    const answer = await t.call(confirmRoute, byRun(run));

    await expectRefused(answer, 'production_moved_on');
    expect(answer.body.changed).toEqual([{ kind: 'campaigns', key: '6', expected: null, found: 3 }]);
  });

  it('is refused where a later import has read the list, naming it', async () => {
    const run = await endedImport(t.store, [list('9')]);
    const later = await endedImport(t.store, [list('9')]);
    await t.db.collection('tasks').updateMany({ run_id: later._id }, { $set: { 'result.requested_at': new Date() } });
    await t.store.holds.replace(later);
    const answer = await t.call(confirmRoute, byRun(run));

    await expectRefused(answer, 'hold_replaced');
    expect(answer.body.replaced_by).toBe(later._id);
    expect((await t.call(api.getRun[0], byRun(run))).body).toMatchObject({ status: 'partial', held_lists: 0 });
  });

  it('is refused for what hangs on a list that a later import has read', async () => {
    const run = await endedImport(t.store, [list('9'), list('8', [], { needs: ['zones:9'] })]);
    await t.db.collection('holds').updateOne({ run_id: run._id, scope: '9' }, { $set: { state: 'replaced' } });
    const answer = await t.call(confirmRoute, byRun(run));
    const named = await t.call(confirmRoute, { ...byRun(run), body: { scopes: ['zones:8'] } });

    await expectRefused(answer, 'hold_replaced');
    await expectRefused(named, 'hold_replaced');
    expect(named.body.detail).toContain('what zones:8 hangs on');
  });

  it('waits for nobody: while another import is under way it is refused', async () => {
    const run = await endedImport(t.store, [list('9')]);
    const other = await t.call(api.syncAll[0]);
    const answer = await t.call(confirmRoute, byRun(run));

    await expectRefused(answer, 'run_in_progress');
    expect(answer.body.run.id).toBe(other.body.id);
    expect((await t.store.holds.of(run._id)).map(({ state }) => state)).toEqual(['held']);
  });

  it('is refused for a run that holds nothing, goes on, or was kept too long', async () => {
    const nothing = await endedImport(t.store, [list('8', [], null)]);
    const run = await endedImport(t.store, [list('9')]);
    await t.store.forgetUnpublished(new Date(Date.now() + 120_000));
    const open = await t.call(api.syncAll[0]);

    await expectRefused(await t.call(confirmRoute, byRun(nothing)), 'nothing_held');
    await expectRefused(await t.call(confirmRoute, byRun(run)), 'change_set_forgotten');
    await expectRefused(await t.call(confirmRoute, { params: { id: open.body.id } }), 'run_not_ended');
  });
});

describe('publish', () => {
  const dry = { dry_run: true };

  it('lets a dry run publish, once', async () => {
    const run = await endedImport(t.store, [list('8', [removal('2'), renamed], null)], dry);
    const before = await t.call(api.getRun[0], byRun(run));
    const first = await t.call(publishRoute, byRun(run));
    const again = await t.call(publishRoute, byRun(run));

    expect(before.body).toMatchObject({ status: 'succeeded', published_at: null });
    expect(before.body.links.publish).toBe(`/api/runs/${run._id}/publish`);
    expect([first.status, first.body.status, first.body.links.publish]).toEqual([202, 'publishing', null]);
    expect([again.status, again.body.status]).toEqual([202, 'publishing']);
    expect(await t.store.runs.get(run._id)).toMatchObject({ slot: 'import', generation: 2 });
    expect(await flowOf(run)).toBe('waiting-children');
  });

  it('is as good as once when it is published', async () => {
    const run = await endedImport(t.store, [list('8', [removal('2')], null)], dry);
    await t.call(publishRoute, byRun(run));
    const publishing = await t.store.runs.publishing(run._id);
    if (publishing === null) throw new Error('does not publish');
    await t.store.publish({ run: publishing, part: 'free', resolve: () => ({ operation: 'remove' }), scopes: [] });
    await t.store.runs.finish(run._id, 'succeeded', {}, null);
    const again = await t.call(publishRoute, byRun(run));

    expect([again.status, again.body.status]).toEqual([202, 'succeeded']);
    expect(again.body.published_at).not.toBeNull();
  });

  it('is refused where production has moved on, naming what', async () => {
    const added = stagedChange({ key: '4', operation: 'insert', expects: null, after: { id: 4 }, hash: 'h' });
    const run = await endedImport(t.store, [list('8', [removal('2'), renamed, added], null)], dry);
    await write('3', { 'sync.revision': 9 });
    const zone = productionDocument('4', { id: 4, network_id: 9 });
    await t.db.collection<typeof zone>('zones').insertOne(zone);
    const answer = await t.call(publishRoute, byRun(run));

    await expectRefused(answer, 'production_moved_on');
    expect(answer.body).toMatchObject({ changed_total: 2 });
    expect(answer.body.changed).toEqual(
      expect.arrayContaining([
        { kind: 'zones', key: '3', expected: 3, found: 9 },
        { kind: 'zones', key: '4', expected: null, found: 3 },
      ]),
    );
    expect(await t.store.runs.get(run._id)).toMatchObject({ status: 'succeeded', published_at: null, slot: null });
  });

  it('does not take a row for new that another list of the dry run has lost', async () => {
    const moved = stagedChange({ key: '1', operation: 'insert', expects: null, after: { id: 1 }, hash: 'h' });
    const lists = [list('9', [removal('1')], null), list('8', [moved], null)];
    const run = await endedImport(t.store, lists, dry);

    expect((await t.call(publishRoute, byRun(run))).status).toBe(202);
  });

  it('leaves what a dry run would hold to be confirmed later', async () => {
    const run = await endedImport(t.store, [list('9'), list('8', [removal('2')], null)], dry);

    await expectRefused(await t.call(confirmRoute, byRun(run)), 'nothing_held');
    expect((await t.call(heldRoute, byRun(run))).body.total).toBe(1);
    await write('1', { 'sync.revision': 9 });
    expect((await t.call(publishRoute, byRun(run))).status).toBe(202);
  });

  it('is refused for what is no dry run, has failed, goes on, or was kept too long', async () => {
    const wet = await endedImport(t.store, [list('8', [], null)]);
    const kept = await endedImport(t.store, [list('8', [], null)], dry);
    await t.store.forgetUnpublished(new Date(Date.now() + 120_000));
    const open = await t.call(api.syncAll[0], { body: { dry_run: true } });
    const failed = { params: { id: open.body.id } };

    await expectRefused(await t.call(publishRoute, byRun(wet)), 'nothing_to_publish');
    await expectRefused(await t.call(publishRoute, byRun(kept)), 'change_set_forgotten');
    await expectRefused(await t.call(publishRoute, failed), 'run_not_ended');
    await t.store.runs.start(open.body.id);
    await t.store.runs.finish(open.body.id, 'failed', {}, null);
    await expectRefused(await t.call(publishRoute, failed), 'nothing_to_publish');
  });

  it('is refused while another import is under way', async () => {
    const run = await endedImport(t.store, [list('8', [removal('2')], null)], dry);
    const other = await t.call(api.syncAll[0]);
    const answer = await t.call(publishRoute, byRun(run));

    await expectRefused(answer, 'run_in_progress');
    expect(answer.body.run.id).toBe(other.body.id);
  });
});

describe('changes of a dry run', () => {
  it('are found by kind, operation and field, each update with the fields that differ', async () => {
    const run = await endedImport(t.store, [list('9'), list('8', [removal('2'), renamed], null)], { dry_run: true });
    const ask = async (query: Record<string, string>) => (await t.call(changesRoute, { ...byRun(run), query })).body;

    expect((await ask({})).total).toBe(2);
    expect((await ask({ kind: 'zones', operation: 'remove' })).items).toMatchObject([{ key: '2', fields: null }]);
    expect((await ask({ field: 'name' })).items).toMatchObject([
      {
        key: '3',
        fields: { name: { before: 'Z3', after: 'New' }, alias: { before: null, after: 'new' } },
        at: null,
      },
    ]);
    expect((await ask({ field: 'network_id' })).total).toBe(0);
    for (const kind of kindNames.filter((name) => name !== 'zones')) expect((await ask({ kind })).total).toBe(0);
    const csv = await t.call(changesRoute, {
      ...byRun(run),
      query: { field: 'name' },
      headers: { accept: 'text/csv' },
    });
    expect(csv.text.split('\r\n')[0]).toBe('kind,key,operation,fields,before,after,at,conflicts');
    expect(csv.text).toContain('zones,3,update,"{""name"":{""before"":""Z3"",""after"":""New""}');
  });
});
