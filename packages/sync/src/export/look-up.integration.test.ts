import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loseAnswer, loseRequest, remoteError } from '../testing/memory-remote.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';

let bed: ZoneBed;
beforeEach(async () => {
  bed = await openZoneBed();
});
afterEach(() => bed.close());

describe('a lost answer', () => {
  it('to what was carried out is made up for by a look, and nothing is sent twice', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(loseAnswer);

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 1);
    expect(bed.remote.lists).toEqual(['/zones?network_id=1', '/zones?network_id=1']);
    expect(await bed.intent(id)).toMatchObject({ was_ambiguous: true, lost: 1 });
  });

  it('to what was not carried out is found out by a look, and sent again', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(loseRequest, loseRequest);

    expect((await bed.run(zones)).status).toBe('succeeded');

    await bed.expectMade(id, 3);
    expect(bed.remote.lists).toHaveLength(3);
  });

  it('is looked for only once it is surely decided', async () => {
    const patient = bed.within({ settleMs: 3_600_000 });
    const id = await bed.addZone();
    const run = await bed.begin(zones);
    bed.remote.faults.push(loseAnswer);
    for (let step = 0; step < 3; step += 1) await bed.drive(run, 'zones', patient).catch(() => undefined);

    expect(bed.remote.lists).toHaveLength(1);
    expect(bed.remote.posts).toHaveLength(1);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'waiting', error: { code: 'connection_lost' } });
    expect(await bed.store.tasks.due([run._id], 10)).toEqual([]);

    await bed.drive(run, 'zones');
    await bed.expectMade(id, 1);
  });

  it('five times over, each without effect, is the end of it', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(...Array.from({ length: 9 }, () => loseRequest));

    const run = await bed.run(zones);

    expect(bed.remote.posts).toHaveLength(5);
    await bed.expectKept(id, { category: 'network', message: expect.stringContaining('5 times') });
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed', error: { code: 'gave_up' } });
  });

  it('of many creates under one parent is settled by one list', async () => {
    const ids = await Promise.all(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => bed.addZone(name)));
    bed.remote.faults.push(loseAnswer, loseRequest, loseAnswer, loseRequest, loseAnswer, loseAnswer);
    const run = await bed.begin(zones);
    const patient = bed.within({ settleMs: 3_600_000 });
    await bed.drive(run, 'zones', patient).catch(() => undefined);
    expect(bed.remote.lists).toHaveLength(1);

    await bed.drive(run, 'zones');

    expect(bed.remote.lists).toHaveLength(2);
    expect(bed.remote.posts).toHaveLength(8);
    expect(bed.names().sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    for (const id of ids) expect(await bed.local('zones', id)).toBeNull();
  });

  it('is not taken for a row of that name that was there before', async () => {
    const id = await bed.addZone();
    bed.remote.add('/zones', { network_id: 1 }, { id: 500, name: 'Top' });
    bed.remote.faults.push(loseRequest);

    await bed.run(zones);

    expect(bed.names()).toEqual(['Top', 'Top (1)']);
    expect(await bed.local('zones', id)).toBeNull();
  });

  it.each([
    ['as the network does leaves the create open', 'network', { state: 'ambiguous' }],
    ['for good parks the create', 'dependency', { state: 'parked', parked_from: 'ambiguous' }],
  ] as const)('whose look fails %s: the next run settles it, and sends nothing twice', async (_, category, left) => {
    const id = await bed.addZone();
    bed.remote.faults.push(loseAnswer);
    bed.remote.beforeList = () => {
      if (bed.remote.posts.length > 0) throw remoteError(category);
    };

    const run = await bed.run(zones);
    expect(await bed.intent(id)).toMatchObject(left);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed' });
    expect(await bed.local('zones', id)).toMatchObject({ sync_errors: [{ category, run_id: run._id }] });
    expect(await bed.store.names.reserved('zones:1')).toHaveLength(1);

    bed.remote.beforeList = () => undefined;
    expect((await bed.run(zones)).status).toBe('succeeded');
    await bed.expectMade(id, 1);
    expect(await bed.store.names.reserved('zones:1')).toEqual([]);
  });

  it('to a placement is found by its three ids, also where the same was there and removed', async () => {
    bed.remote.add('/advertisers', { network_id: 1 }, { id: 2, name: 'Adv' });
    bed.remote.add('/zones', { network_id: 1 }, { id: 3, name: 'Top' });
    bed.remote.add('/advertisements', { network_id: 1, advertiser_id: 2 }, { id: 4, name: 'Ad', advertiser: 'Adv' });
    bed.remote.add('/campaigns', { advertiser_id: 2 }, { id: 5, name: 'Camp' });
    await bed.importKinds('placements');
    const fields = { campaign_id: 5, advertisement_id: 4, zone_id: 3 };
    const placements = { kinds: ['placements' as const] };
    await bed.add('placements', fields);
    await bed.run(placements);
    expect(bed.remote.posts).toHaveLength(1);
    // Somebody takes it away; an import notices; it is wanted again.
    bed.remote.clear('/placements');
    await bed.importKinds('placements');
    expect(await bed.production('placements')).toEqual([]);
    const again = await bed.add('placements', fields);
    bed.remote.faults.push(loseAnswer);

    await bed.run(placements);

    expect(bed.remote.posts).toHaveLength(2);
    expect(await bed.production('placements')).toHaveLength(1);
    expect(await bed.local('placements', again)).toBeNull();
  });
});
