import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportAll, openUndoBed, type UndoBed } from '../testing/undo-bed.ts';

let bed: UndoBed;
beforeEach(async () => {
  bed = await openUndoBed();
});
afterEach(() => bed.close());

describe('what people changed since', () => {
  it.each([
    ['edited here', editZone],
    [
      'edited here and exported',
      async (zone) => {
        await editZone(zone);
        await bed.run(exportAll);
      },
    ],
    [
      'changed in Broadstreet',
      async () => {
        Object.assign(bed.remote.rows('/zones').at(-1) ?? {}, { alias: 'theirs' });
      },
    ],
    [
      'changed in Broadstreet and imported',
      async () => {
        Object.assign(bed.remote.rows('/zones').at(-1) ?? {}, { alias: 'theirs' });
        await bed.importKinds('zones');
      },
    ],
  ] as [string, (zone: string) => Promise<void>][])('stays, and is reported: %s', async (_, change) => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    await change(ids.zone);

    const run = await bed.undo(made);

    const key = await bed.keyOf('zones', ids.zone);
    expect(await bed.store.production.get('zones', key)).not.toBeNull();
    expect(await bed.removalOf(run, 'zones', key)).toMatchObject({
      state: 'failed',
      error: { category: 'conflict', code: 'changed' },
    });
    expect(run.status).toBe('partial');
    expect(await bed.local('zones', ids.zone)).toBeNull();
    // What returned to local and hangs on it finds it by the id map.
    expect(await bed.local('placements', ids.placement)).toMatchObject({ zone_id: ids.zone });
    expect((await bed.run(exportAll)).status).toBe('succeeded');
    expect(bed.remote.rows('/placements')).toHaveLength(1);
  });

  it('goes by force, and the draft has what it has become', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    await editZone(ids.zone);

    const run = await bed.undo(made, true);

    expect(run.status).toBe('succeeded');
    expect(await bed.local('zones', ids.zone)).toMatchObject({ name: 'top', alias: 'edited', network_id: 1 });
  });

  it('cannot be removed by itself: what it would go along with stays too', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const [key, above] = [await bed.keyOf('advertisements', ids.ad), await bed.keyOf('advertisers', ids.advertiser)];
    const ad = bed.remote.rows('/advertisements').find(({ id }) => String(id) === key);
    Object.assign(ad ?? {}, { updated_at: '2026-11-01' });
    await bed.importKinds('advertisements');
    Object.assign(ad ?? {}, { updated_at: '2026-11-02' });
    await bed.importKinds('advertisements');

    const plan = await bed.store.undo.plan(made._id, false);
    const run = await bed.undo(made);

    const step = plan.find(({ fact }) => fact.kind === 'advertisers');
    expect(step).toMatchObject({
      fate: 'stays',
      reason: expect.stringContaining('changed in Broadstreet (updated_at)'),
    });
    expect(await bed.removalOf(run, 'advertisers', above)).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children' },
    });
    expect(await bed.store.production.get('advertisements', key)).not.toBeNull();
    expect((await bed.undo(made, true)).status).toBe('succeeded');
    expect(bed.remote.rows('/advertisers').map(({ id }) => id)).toEqual([9]);
  });

  it('stays though the API has no way to edit it', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    Object.assign(bed.remote.rows('/placements')[0] ?? {}, { restrictions: ['phone'] });
    await bed.importKinds('placements');

    const run = await bed.undo(made);

    expect(await bed.removalOf(run, 'placements', await bed.keyOf('placements', ids.placement))).toMatchObject({
      error: { code: 'changed', message: expect.stringContaining('restrictions') },
    });
    expect(bed.remote.rows('/placements')).toHaveLength(1);
  });

  async function editZone(zone: string): Promise<void> {
    await bed.edit('zones', await bed.keyOf('zones', zone), { alias: 'edited' });
  }
});

describe('what hangs on what was made, and was not made by the run', () => {
  it('keeps it, and what it hangs on', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await bed.keyOf('advertisers', ids.advertiser));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });

    const run = await bed.undo(made);

    expect(bed.remote.rows('/campaigns').map(({ id }) => id)).toEqual([50]);
    expect(await bed.removalOf(run, 'advertisers', String(advertiser))).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children', message: expect.stringContaining('"Theirs"') },
    });
    const ad = await bed.keyOf('advertisements', ids.ad);
    expect(await bed.removalOf(run, 'advertisements', ad)).toMatchObject({ state: 'blocked' });
    expect(await bed.store.production.get('advertisements', ad)).not.toBeNull();
  });

  it('goes with it by force, children first', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await bed.keyOf('advertisers', ids.advertiser));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });
    await bed.importKinds('campaigns');
    bed.remote.changes.length = 0;

    const run = await bed.undo(made, true);

    expect(run.status).toBe('succeeded');
    expect(bed.remote.rows('/campaigns')).toEqual([]);
    expect(bed.remote.changes.map(({ path }) => path)).toContain('/campaigns/50');
    expect((await bed.store.locals.inOrder('campaigns', null).toArray()).map(({ name }) => name)).toEqual(['Spring']);
  });

  it('stays by force too where no import has shown it: nobody could look at it', async () => {
    const ids = await bed.addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await bed.keyOf('advertisers', ids.advertiser));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });

    const run = await bed.undo(made, true);

    expect(bed.remote.rows('/campaigns').map(({ id }) => id)).toEqual([50]);
    expect(await bed.removalOf(run, 'advertisers', String(advertiser))).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children', remedy: expect.stringContaining('Run an import') },
    });
  });
});
