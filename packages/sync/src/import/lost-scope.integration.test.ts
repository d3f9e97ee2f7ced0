import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  for (const id of [10, 11]) bed.remote.add('/advertisers', { network_id: 1 }, { id, name: `A${id}` });
  bed.remote.add('/advertisements', { advertiser_id: 10 }, { id: 5, name: 'Ad', advertiser: 'A10' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 6, name: 'Z' });
  for (const id of [20, 21]) bed.remote.add('/campaigns', { advertiser_id: 10 }, { id, name: `C${id}` });
  const placement = { advertisement_id: 5, zone_id: 6 };
  for (const campaign_id of [20, 21]) bed.remote.add('/placements', { campaign_id }, placement);
  await bed.importKinds('placements');
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

const keys = async (kind: Parameters<SyncBed['production']>[0]) => (await bed.production(kind)).map(({ _id }) => _id);

/** The API says of this list that it knows no such parent. */
function refuse(list: string): void {
  bed.remote.beforeList = (asked) => {
    if (asked === list) throw remoteError('dependency', { code: 'not_found', status: 404, path: asked });
  };
}

describe('a list whose parent the API does not know', () => {
  it('takes that parent out, and what hung on it, once its own list confirms it', async () => {
    bed.remote.remove('/campaigns', 20);
    refuse('/placements?campaign_id=20');

    const run = await bed.importKinds('placements');

    expect(run.status).toBe('succeeded');
    expect(bed.remote.lists).toEqual([
      '/placements?campaign_id=20',
      '/campaigns?advertiser_id=10',
      '/placements?campaign_id=21',
    ]);
    expect([await keys('campaigns'), await keys('placements')]).toEqual([['21'], ['21-5-6']]);
    expect(run.changes).toMatchObject({ campaigns: { removed: 1 }, placements: { removed: 1 } });
    expect(await bed.store.production.scopes({ scope: '20' })).toEqual([]);
    expect((await bed.store.production.history({ run_id: run._id }, 0, 10)).items).toContainEqual(
      expect.objectContaining({ kind: 'campaigns', key: '20', before: expect.objectContaining({ name: 'C20' }) }),
    );
  });

  it('takes out what hung on it at every depth, also what a list of the same run has shown before', async () => {
    refuse('/campaigns?advertiser_id=10');
    bed.remote.afterList = (list) => {
      if (list === '/advertisements?network_id=1') bed.remote.remove('/advertisers', 10);
    };
    bed.remote.remove('/advertisements', 5);
    bed.remote.add('/advertisements', { advertiser_id: 10 }, { id: 5, name: 'Renamed', advertiser: 'A10' });

    const run = await bed.importKinds('advertisements', 'campaigns', 'placements');

    expect(run.status).toBe('succeeded');
    expect(bed.remote.lists.filter((list) => !list.startsWith('/advertisements'))).toEqual([
      '/campaigns?advertiser_id=10',
      '/advertisers?network_id=1',
      '/campaigns?advertiser_id=11',
    ]);
    expect(await keys('advertisers')).toEqual(['11']);
    expect([await keys('campaigns'), await keys('placements'), await keys('advertisements')]).toEqual([[], [], []]);
    expect(run.changes).toMatchObject({ advertisements: { updated: 0, removed: 1 }, placements: { removed: 2 } });
  });

  it('is held where too much would go with the parent, until a person confirms it', async () => {
    for (let id = 30; id < 50; id += 1) {
      bed.remote.add('/placements', { campaign_id: 20 }, { advertisement_id: id, zone_id: 6 });
    }
    await bed.importKinds('placements');
    bed.remote.remove('/campaigns', 20);
    refuse('/placements?campaign_id=20');

    const run = await bed.importKinds('placements');

    expect(await bed.store.holds.of(run._id)).toMatchObject([
      {
        kind: 'placements',
        scope: '20',
        lost_parent: { kind: 'campaigns', key: '20' },
        losses: { campaigns: 1, placements: 21 },
        reasons: [{ code: 'kind_shrinks', kind: 'placements', before: 22, lost: 21 }],
      },
    ]);
    expect([await keys('campaigns'), (await keys('placements')).length]).toEqual([['20', '21'], 22]);
    await bed.store.holds.confirm(
      run,
      (await bed.store.holds.of(run._id)).map(({ _id }) => _id),
    );
    await finishRun(bed.context, run._id);
    expect((await bed.store.runs.get(run._id))?.status).toBe('succeeded');
    expect([await keys('campaigns'), await keys('placements')]).toEqual([['21'], ['21-5-6']]);
  });

  it('has failed and keeps its rows where the parent is in its own list', async () => {
    refuse('/placements?campaign_id=20');

    const run = await bed.importKinds('placements');

    expect(run.status).toBe('partial');
    expect(bed.remote.lists.filter((list) => list === '/campaigns?advertiser_id=10')).toHaveLength(1);
    expect(await keys('placements')).toEqual(['20-5-6', '21-5-6']);
    expect((await bed.store.scopes.ofKind('placements')).get('20')).toMatchObject({
      error: { category: 'dependency', code: 'not_found' },
      rows: 1,
    });
  });

  it('has failed and keeps its rows where it is a network: that is for a person to decide', async () => {
    refuse('/advertisers?network_id=1');

    const run = await bed.importKinds('advertisers');

    expect(run.status).toBe('failed');
    expect(bed.remote.lists).toEqual(['/advertisers?network_id=1']);
    expect([await keys('networks'), await keys('advertisers')]).toEqual([['1'], ['10', '11']]);
  });
});
