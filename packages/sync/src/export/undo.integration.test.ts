import { type KindName, kindNames } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, loseAnswer } from '../testing/memory-remote.ts';
import { exportAll, openUndoBed, type UndoBed } from '../testing/undo-bed.ts';

let bed: UndoBed;
beforeEach(async () => {
  bed = await openUndoBed();
});
afterEach(() => bed.close());

describe('the undo of an export', () => {
  it('takes away what it made, children first, and gives the drafts back as they were', async () => {
    const before = structuredClone(bed.account());
    const ids = await bed.addDrafts();
    const wanted = await bed.drafts();
    const made = await bed.run(exportAll);
    const stays = await bed.keyOf('advertisements', ids.old);
    bed.remote.changes.length = 0;

    const run = await bed.undo(made);

    expect(bed.remote.changes.map(({ method, path }) => `${method} ${path.replace(/\d+/, 'N')}`)).toEqual([
      'DELETE /placements',
      'DELETE /campaigns/N',
      'DELETE /advertisers/N',
      'DELETE /zones/N',
    ]);
    const { advertisements: ads, ...others } = bed.account();
    const { advertisements: adsBefore, ...othersBefore } = before;
    expect(others).toEqual(othersBefore);
    // Nothing can remove it: its advertiser was there before.
    expect([adsBefore, ads]).toMatchObject([[], [{ id: Number(stays) }]]);
    expect(await bed.removalOf(run, 'advertisements', stays)).toMatchObject({
      state: 'skipped',
      error: { code: 'cannot_be_removed' },
    });
    const { [ids.old]: _, ...returned } = wanted;
    expect(await bed.drafts()).toEqual({
      ...returned,
      // Fields that cannot differ but in outer blanks come back as they were sent.
      [ids.zone]: { name: 'top', alias: 'luna', network_id: 1 },
    });
    expect(run).toMatchObject({
      status: 'succeeded',
      changes: { advertisers: { removed: 1 }, advertisements: { removed: 1 } },
    });
    expect((await bed.production('advertisements')).map(({ _id }) => _id)).toEqual([stays]);
  });

  it('leaves drafts that a new export creates, each once', async () => {
    const ids = await bed.addDrafts();
    const first = await bed.run(exportAll);
    const rows = structuredClone(bed.account());
    await bed.undo(first);
    bed.remote.posts.length = 0;

    const second = await bed.run(exportAll);

    expect(second.status).toBe('succeeded');
    expect(bed.remote.posts).toHaveLength(5);
    const names = (kind: KindName, all: Record<string, unknown>) =>
      (all[kind] as { name: string }[]).map(({ name }) => name);
    for (const kind of ['advertisers', 'zones', 'campaigns'] as const)
      expect(names(kind, bed.account())).toEqual(names(kind, rows));
    expect(Object.keys(await bed.drafts())).toEqual([]);
    const key = await bed.keyOf('zones', ids.zone);
    expect(await bed.store.production.get('zones', key)).toMatchObject({ name: 'top (1)', created_locally: true });
    expect((await bed.importKinds(...kindNames)).changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
  });

  it('sends nobody to what is gone: the old _id names the draft again', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const child = await bed.add('campaigns', {
      name: 'By _id',
      advertiser_id: ids.advertiser,
      start_date: '2026-01-01',
    });
    const other = await bed.add('campaigns', {
      name: 'By id',
      advertiser_id: Number(await bed.keyOf('advertisers', ids.advertiser)),
      start_date: '2026-01-01',
    });

    await bed.undo(made);

    expect((await bed.store.locals.mapped('advertisers', [ids.advertiser])).size).toBe(0);
    for (const id of [child, other])
      expect(await bed.local('campaigns', id)).toMatchObject({ advertiser_id: ids.advertiser });
    expect((await bed.run(exportAll)).status).toBe('succeeded');
    expect(await bed.local('campaigns', other)).toBeNull();
  });

  it('made again has nothing left to take away', async () => {
    await bed.addDrafts();
    const made = await bed.run(exportAll);
    await bed.undo(made);
    bed.remote.changes.length = 0;

    const steps = await bed.store.undo.plan(made._id, false);
    await bed.undo(made, true);

    expect(steps.map(({ fate, fact }) => [fate, fact.kind])).toEqual([['stays', 'advertisements']]);
    expect(bed.remote.changes).toEqual([]);
  });

  it('of one run leaves alone what a later one has made of the same drafts', async () => {
    await bed.addDrafts();
    const first = await bed.run(exportAll);
    await bed.undo(first);
    await bed.run(exportAll);
    const before = structuredClone(bed.account());

    await bed.undo(first, true);

    expect(bed.account()).toEqual(before);
  });

  it('of what another run found and only moved to production is that of the one that moved it', async () => {
    await bed.add('zones', { name: 'Lost', network_id: 1 });
    bed.remote.faults.push(loseAnswer);
    const made = await bed.run({ kinds: ['zones'] });

    await bed.undo(made);

    expect(bed.remote.rows('/zones').map(({ name }) => name)).toEqual(['Top']);
    expect(Object.values(await bed.drafts())).toEqual([{ name: 'Lost', network_id: 1 }]);
  });
});

describe('an undo that goes wrong', () => {
  it('leaves what the API refuses to remove as it was', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    bed.remote.faults.push(failWith('validation', { message: 'not this one' }));

    const run = await bed.undo(made);

    const key = await bed.keyOf('placements', ids.placement);
    expect(await bed.removalOf(run, 'placements', key)).toMatchObject({ state: 'failed' });
    expect((await bed.store.production.get('placements', key))?.sync.deletion).toBeUndefined();
    expect(await bed.local('placements', ids.placement)).toBeNull();
    // All else hangs together with it.
    expect(run.status).toBe('failed');
    expect((await bed.undo(made)).status).toBe('succeeded');
    expect(await bed.local('placements', ids.placement)).not.toBeNull();
  });

  it('that was cancelled with a request under way is ended by the next export, drafts included', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const kinds = await bed.store.undo.kindsMade(made._id);
    const run = await bed.begin({ kinds, undo: { run_id: made._id, force: false } });
    const dying = { ...bed.context, store: { ...bed.store, removeEntity: () => Promise.reject(new Error('killed')) } };
    await expect(bed.removals(run, dying)).rejects.toThrow('killed');
    expect(bed.remote.rows('/placements')).toEqual([]);
    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await bed.finish(run);
    // The list does not show it any more; what returns with it is known to the export alone.
    await bed.importKinds(...kindNames);
    expect(await bed.production('placements')).toHaveLength(1);

    await bed.run({ kinds: ['placements'] });

    expect(await bed.production('placements')).toEqual([]);
    expect(await bed.local('placements', ids.placement)).toMatchObject({ campaign_id: ids.campaign });
  });
});
