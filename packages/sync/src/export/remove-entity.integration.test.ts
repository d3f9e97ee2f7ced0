import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planKind } from '../runs.ts';
import { wantGone } from '../testing/deletions.ts';
import { failWith, loseAnswer, loseRequest, remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const exportAll = { kinds: [...kindNames] };

/** An advertiser with an ad and a campaign, whose placement stands in a zone. */
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: null });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 9, name: 'Luna' });
  bed.remote.add('/advertisements', { advertiser_id: 9 }, { id: 2, name: 'Ad', advertiser: 'Luna' });
  bed.remote.add('/campaigns', { advertiser_id: 9 }, { id: 4, name: 'Spring', advertiser_id: 9 });
  place(4, 2, 7);
  await bed.importKinds(...kindNames);
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

function place(campaign_id: number, advertisement_id: number, zone_id: number): void {
  bed.remote.add('/placements', { campaign_id, advertisement_id, zone_id }, { advertisement_id, zone_id });
}

function removed(): string[] {
  return bed.remote.changes.map(({ method, path, query = {} }) => {
    const parameters = Object.entries(query).map((pair) => pair.join('='));
    return [method, path, ...parameters].join(' ');
  });
}

async function taskOf(run: RunDocument, kind: KindName, subject: string) {
  return bed.store.tasks.of({ run_id: run._id, kind, action: 'remove', subject });
}

async function counts(): Promise<Record<string, number>> {
  const entries = kindNames.map(async (kind) => [kind, (await bed.production(kind)).length] as const);
  return Object.fromEntries(await Promise.all(entries));
}

describe('what is wanted gone', () => {
  it('is removed, children first, with what goes along, and the history says so', async () => {
    await wantGone(bed, 'advertisers', '9');

    const run = await bed.run(exportAll);

    expect(removed()).toEqual([
      'DELETE /placements campaign_id=4 advertisement_id=2 zone_id=7',
      'DELETE /campaigns/4',
      'DELETE /advertisers/9',
    ]);
    expect(await counts()).toMatchObject({ networks: 1, zones: 1, advertisers: 0, advertisements: 0, campaigns: 0 });
    const one = { inserted: 0, updated: 0, removed: 1 };
    expect(run).toMatchObject({
      status: 'succeeded',
      changes: { advertisers: one, advertisements: one, placements: one },
    });
    expect(await taskOf(run, 'advertisements', '2')).toMatchObject({ state: 'completed', counts: { requests: 0 } });
    const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
    expect(items.map(({ kind, key, operation }) => `${operation} ${kind} ${key}`).sort()).toEqual([
      'remove advertisements 2',
      'remove advertisers 9',
      'remove campaigns 4',
      'remove placements 4-2-7',
    ]);
  });

  it('comes after what is created and updated', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    await bed.edit('campaigns', '4', { name: 'Summer' });
    await bed.add('zones', { name: 'New', network_id: 1 });

    await bed.run(exportAll);

    expect([bed.remote.posts.length, ...removed()]).toEqual([
      1,
      'PUT /campaigns/4',
      'DELETE /placements campaign_id=4 advertisement_id=2 zone_id=7',
    ]);
  });

  it('that is not there any more is gone', async () => {
    await wantGone(bed, 'zones', '7');
    bed.remote.remove('/zones', 7);
    bed.remote.clear('/placements');

    const run = await bed.run(exportAll);

    expect(run.status).toBe('succeeded');
    expect(await counts()).toMatchObject({ zones: 0, placements: 0 });
    expect(await taskOf(run, 'zones', '7')).toMatchObject({ state: 'completed' });
  });

  it('leaves the id map: who knows the entity by its old _id learns where it was', async () => {
    const id = await bed.add('zones', { name: 'New', network_id: 1 });
    await bed.run(exportAll);
    const key = (await bed.store.locals.mapped('zones', [id])).get(id)?.remote_id ?? '';
    await wantGone(bed, 'zones', key);

    await bed.run(exportAll);

    expect(await bed.store.production.get('zones', key)).toBeNull();
    expect((await bed.store.locals.mapped('zones', [id])).get(id)?.remote_id).toBe(key);
    expect(await bed.local('zones', id)).toBeNull();
  });

  it('takes the drafts along that were named, and no other', async () => {
    const named = await bed.add('campaigns', { name: 'Draft', advertiser_id: 9, start_date: '2026-01-01' });
    await wantGone(bed, 'advertisers', '9');
    const later = await bed.add('campaigns', { name: 'Later', advertiser_id: 9, start_date: '2026-01-01' });

    const run = await bed.run(exportAll);

    expect(await bed.local('campaigns', named)).toBeNull();
    expect(await bed.local('campaigns', later)).toMatchObject({ name: 'Later' });
    expect(await bed.task(run, 'campaigns', later)).toMatchObject({
      state: 'blocked',
      error: { code: 'parent_deleted' },
    });
    expect(bed.remote.posts).toEqual([]);
  });

  it('that is kept after all costs no request', async () => {
    await wantGone(bed, 'zones', '7');
    const run = await bed.begin(exportAll);
    await bed.store.deletions.withdraw([{ kind: 'zones', key: '7' }]);
    await bed.store.deletions.withdraw([{ kind: 'placements', key: '4-2-7' }]);

    await bed.removals(run);

    expect([...bed.remote.lists, ...removed()]).toEqual([]);
    expect(await counts()).toMatchObject({ zones: 1, placements: 1 });
  });

  it('and edited is not updated first', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    await wantGone(bed, 'zones', '7');

    await bed.run(exportAll);

    expect(removed().filter((request) => request.startsWith('PUT'))).toEqual([]);
  });

  it('in a network that is not to be synced stays', async () => {
    await wantGone(bed, 'placements', '4-2-7');

    const run = await bed.run(exportAll, bed.within({ networks: [2] }));

    expect(removed()).toEqual([]);
    expect(await taskOf(run, 'placements', '4-2-7')).toMatchObject({ error: { code: 'network_not_allowed' } });
  });

  it.each(['placements', 'zones'] as const)(
    'is left alone by an export of %s where it is of another kind',
    async (kind) => {
      await wantGone(bed, 'campaigns', '4');

      await bed.run({ kinds: [kind] });

      expect(removed().filter((request) => request.includes('/campaigns'))).toEqual([]);
    },
  );
});

describe('what hangs on it and nobody named', () => {
  it('keeps it: a child that was imported since', async () => {
    await wantGone(bed, 'campaigns', '4');
    bed.remote.add('/zones', { network_id: 1 }, { id: 8, name: 'Side', alias: null });
    place(4, 2, 8);
    await bed.importKinds('zones', 'placements');
    bed.remote.lists.length = 0;

    const run = await bed.run(exportAll);

    expect(await taskOf(run, 'campaigns', '4')).toMatchObject({ state: 'blocked', error: { code: 'has_children' } });
    expect(removed()).toEqual(['DELETE /placements campaign_id=4 advertisement_id=2 zone_id=7']);
    const kept = await bed.store.production.get('campaigns', '4');
    expect(kept?.sync).toMatchObject({ deletion: { sent_at: null }, errors: [{ category: 'dependency' }] });
  });

  it.each([
    ['campaigns', '4', '/placements', () => place(4, 2, 8)],
    ['zones', '7', '/campaigns', () => bed.remote.add('/campaigns', { zone_id: 7 }, { id: 5, name: 'Other' })],
    [
      'advertisers',
      '9',
      '/advertisements',
      () => {
        bed.remote.add('/advertisements', { advertiser_id: 9 }, { id: 3, name: 'New', advertiser: 'Luna' });
      },
    ],
  ] as [KindName, string, string, () => void][])(
    'keeps it: %s %s whose %s the account has and nobody here knows',
    async (kind, key, _, addUnknown) => {
      bed.remote.add('/zones', { network_id: 1 }, { id: 8, name: 'Side', alias: null });
      await wantGone(bed, kind, key);
      addUnknown();

      const run = await bed.run(exportAll);

      expect(await taskOf(run, kind, key)).toMatchObject({ state: 'blocked', error: { code: 'has_children' } });
      expect(await bed.store.production.get(kind, key)).not.toBeNull();
    },
  );
});

describe('a removal that goes wrong', () => {
  it.each([
    ['carried out', loseAnswer],
    ['not carried out', loseRequest],
  ])('is asked for again when its answer is lost: it was %s', async (_, fault) => {
    await wantGone(bed, 'placements', '4-2-7');
    bed.remote.faults.push(fault);

    const run = await bed.run(exportAll);

    expect(run.status).toBe('succeeded');
    expect(removed()).toHaveLength(2);
    expect(await counts()).toMatchObject({ placements: 0 });
  });

  it('is kept with its error when the API refuses it, may be taken back, and is tried by the next export', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    bed.remote.faults.push(failWith('validation', { message: 'not this one' }));

    const run = await bed.run(exportAll);

    expect(await taskOf(run, 'placements', '4-2-7')).toMatchObject({ state: 'failed' });
    const kept = await bed.store.production.get('placements', '4-2-7');
    expect(kept?.sync).toMatchObject({ deletion: { sent_at: null }, errors: [{ category: 'validation' }] });
    await bed.run(exportAll);
    expect(await counts()).toMatchObject({ placements: 0 });
  });

  it('with an outcome that nobody knows is ended by the next export', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    bed.remote.faults.push(loseAnswer, ...Array.from({ length: 5 }, () => loseRequest));

    const first = await bed.run(exportAll);

    expect(first.status).toBe('failed');
    const open = await bed.store.production.get('placements', '4-2-7');
    expect(open?.sync.deletion?.sent_at).toBeInstanceOf(Date);
    expect(await bed.store.deletions.withdraw([{ kind: 'placements', key: '4-2-7' }])).toBe(0);
    await bed.run(exportAll);
    expect(await counts()).toMatchObject({ placements: 0 });
  });
});

describe('an import beside it', () => {
  it('that was asked for before does not bring it back', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    const run = await bed.begin({ operation: 'import', kinds: ['placements'] });
    for (const kind of kindNames) await bed.drive(run, kind);
    await bed.run(exportAll);

    await bed.finish(run);

    expect(await bed.production('placements')).toEqual([]);
  });

  it('that read the list before and compares it after does not bring it back', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    bed.remote.afterList = async (asked) => {
      if (!asked.startsWith('/placements')) return;
      bed.remote.afterList = () => undefined;
      await bed.run(exportAll);
    };

    await bed.importKinds('placements');

    expect(await bed.production('placements')).toEqual([]);
    expect((await bed.importKinds('placements')).changes.placements).toMatchObject({ inserted: 0 });
  });

  it('that meets no list of what was removed has nothing to read, and fails for nothing', async () => {
    await wantGone(bed, 'campaigns', '4');
    const run = await bed.begin({ operation: 'import', kinds: ['placements'] });
    for (const kind of kindNames) if (kind !== 'placements') await bed.drive(run, kind);
    await planKind(bed.context, run, kinds.placements);
    await bed.run(exportAll);
    bed.remote.beforeList = (asked) => {
      if (asked === '/placements?campaign_id=4')
        throw remoteError('dependency', { code: 'not_found', path: '/placements' });
    };

    await bed.drive(run, 'placements');
    await bed.finish(run);

    const list = await bed.store.tasks.get(`${run._id}-placements-list-4`);
    expect(list).toMatchObject({ state: 'skipped' });
    expect(await bed.store.runs.get(run._id)).toMatchObject({ status: 'succeeded' });
  });

  it('that finds it made anew since takes it in again', async () => {
    await wantGone(bed, 'placements', '4-2-7');
    await bed.run(exportAll);
    place(4, 2, 7);

    await bed.importKinds('placements');

    expect(await counts()).toMatchObject({ placements: 1 });
  });
});
