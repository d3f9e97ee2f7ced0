import { kindNames } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wantGone } from '../testing/deletions.ts';
import { loseRequest } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const everything = { kinds: [...kindNames] };

/** Two zones, and an advertiser with a campaign. */
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: null });
  bed.remote.add('/zones', { network_id: 1 }, { id: 8, name: 'Bottom', alias: null });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 9, name: 'Luna' });
  bed.remote.add('/campaigns', { advertiser_id: 9 }, { id: 4, name: 'Spring', advertiser_id: 9 });
  await bed.importKinds(...kindNames);
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

const dryRun = (): Promise<RunDocument> => bed.run({ ...everything, dry_run: true });
const carryOut = ({ _id }: RunDocument): Promise<RunDocument> => bed.run({ ...everything, from_plan: _id });
const items = async ({ _id }: RunDocument) => (await bed.store.plans.page({ run_id: _id }, 0, 100)).items;

function changes(): unknown[] {
  return bed.remote.changes.map(({ method, path, body }) => ({ method, path, body }));
}

async function expectOutdated(run: RunDocument, detail: string): Promise<void> {
  expect(run).toMatchObject({ status: 'failed', error: { code: 'plan_outdated' } });
  expect(run.error?.message).toContain(detail);
  expect(bed.remote.changes).toEqual([]);
}

describe('a dry run', () => {
  it('shows what edits and deletions would send, removals last and children first, and does none of it', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    await wantGone(bed, 'advertisers', '9');
    const before = await bed.production('zones');

    const plan = await dryRun();

    expect(plan).toMatchObject({
      status: 'succeeded',
      changes: { zones: { updated: 1, inserted: 0 }, campaigns: { removed: 1 }, advertisers: { removed: 1 } },
    });
    expect((await items(plan)).map(({ action, state, title, request }) => ({ action, state, title, request }))).toEqual(
      [
        {
          action: 'update',
          state: 'planned',
          title: 'update zone "Top"',
          request: { method: 'PUT', path: '/zones/7', query: {}, body: expect.objectContaining({ alias: 'top' }) },
        },
        {
          action: 'remove',
          state: 'planned',
          title: 'remove campaign "Spring"',
          request: { method: 'DELETE', path: '/campaigns/4', query: {}, body: null },
        },
        {
          action: 'remove',
          state: 'planned',
          title: 'remove advertiser "Luna"',
          request: { method: 'DELETE', path: '/advertisers/9', query: {}, body: null },
        },
      ],
    );
    expect(bed.remote.changes).toEqual([]);
    expect(await bed.production('zones')).toEqual(before);
  });
});

describe('a name that an edit gives', () => {
  const of = async (run: RunDocument, subject: string) => (await items(run)).find((item) => item.subject === subject);

  it('is taken in a dry run too, which says by whom, and its plan is carried out', async () => {
    await bed.edit('zones', '7', { name: 'Wish' });
    const id = await bed.add('zones', { name: 'wish', network_id: 1 });

    const plan = await dryRun();

    expect(await of(plan, id)).toMatchObject({
      sent_name: 'wish (1)',
      renamed: { by: 'edit', remote_ids: ['7'] },
    });
    expect(await bed.store.names.reserved('zones:1')).toEqual([]);
    const run = await carryOut(plan);
    expect([run.status, run.error]).toEqual(['succeeded', null]);
    expect(bed.remote.posts.map(({ body }) => body?.name)).toEqual(['wish (1)']);
  });

  it('that a create of unknown outcome may have is refused in a dry run as in the export', async () => {
    const id = await bed.add('zones', { name: 'Wish', network_id: 1 });
    const first = await bed.begin({ kinds: ['zones'] });
    bed.remote.faults.push(loseRequest);
    await bed.drive(first, 'zones', bed.within({ settleMs: 3_600_000 })).catch(() => undefined);
    await bed.store.runs.requestStop(first._id, 'cancelled', null);
    await bed.finish(first);
    await bed.edit('zones', '7', { name: 'Wish' });

    const plan = await dryRun();

    expect(await of(plan, id)).toMatchObject({ state: 'open' });
    expect(await of(plan, '7')).toMatchObject({ state: 'failed', request: null, error: { code: 'name_open' } });
    const [zone] = (await bed.production('zones')).filter(({ _id }) => _id === '7');
    expect(zone?.sync.errors).toBeUndefined();
    await carryOut(plan);
    expect(bed.remote.changes).toEqual([]);
  });
});

describe('an export of such a plan', () => {
  it('sends what was planned', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    await wantGone(bed, 'campaigns', '4');
    const plan = await dryRun();
    const planned = (await items(plan)).map(({ request }) => request);

    const run = await carryOut(plan);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect(changes()).toMatchObject(
      planned.map((request) => ({
        method: request?.method,
        path: request?.path,
        ...(request?.body ? { body: request.body } : {}),
      })),
    );
  });

  const since: [string, () => Promise<unknown>][] = [
    ['"Top" (7): was edited here (alias)', () => bed.edit('zones', '7', { alias: 'other' })],
    ['"Bottom" (8): was edited here', () => bed.edit('zones', '8', { alias: 'bottom' })],
    ['"Top" (7): has no edit any more', () => bed.edit('zones', '7', { alias: null })],
    ['"Bottom" (8): was marked to be deleted', () => wantGone(bed, 'zones', '8')],
    ['"Top" (7): was to be updated, and would be removed now', () => wantGone(bed, 'zones', '7')],
  ];
  it.each(since)('is refused where %s since', async (detail, change) => {
    await bed.edit('zones', '7', { alias: 'top' });
    await wantGone(bed, 'campaigns', '4');
    const plan = await dryRun();
    await change();

    await expectOutdated(await carryOut(plan), detail);
  });
});
