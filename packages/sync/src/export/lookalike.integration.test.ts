import { type EntityFields, kinds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { loseAnswer, remoteError, type WriteFault } from '../testing/memory-remote.ts';
import { atOnce, cancelRun, sweepAndFinish } from '../testing/sweeping.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';
import { settleLeftOver } from './settle-left-over.ts';

let bed: ZoneBed;
let hasty: SyncContext;
const { signal } = new AbortController();
beforeEach(async () => {
  bed = await openZoneBed();
  hasty = bed.within(atOnce);
});
afterEach(() => bed.close());

const theirs = { id: 500, name: 'Top', alias: 'theirs' };
const addMine = () => bed.add('zones', { name: 'Top', alias: 'mine', network_id: 1 });
const ids = () => bed.remote.rows('/zones').map(({ id }) => id);

/** Somebody else makes these while a request is lost on its way. */
const losing =
  (...rows: EntityFields[]): WriteFault =>
  () => {
    for (const row of rows) bed.remote.add('/zones', { network_id: 1 }, { id: 500, ...row });
    throw remoteError('network', { outcome: 'unknown', code: 'connection_lost' });
  };

/** A zone whose answer is lost, while somebody else makes one of its name. */
async function disputed(): Promise<{ id: string; run: RunDocument }> {
  const id = await addMine();
  bed.remote.faults.push(losing(theirs));
  return { id, run: await bed.run(zones, hasty) };
}

describe('a row of the name of what was sent', () => {
  it('that is not as it was sent is not adopted: a person is asked, who is told its id', async () => {
    const { id, run } = await disputed();

    expect(run.status).toBe('failed');
    expect(await bed.task(run, 'zones', id)).toMatchObject({
      state: 'failed',
      error: { category: 'conflict', code: 'lookalike', message: expect.stringMatching(/zone 500, "Top".*alias/) },
    });
    expect(await bed.intent(id)).toMatchObject({ state: 'parked', parked_from: 'planned', lookalike: '500' });
    expect(await bed.local('zones', id)).toMatchObject({ sync_errors: [{ category: 'conflict', run_id: run._id }] });
    expect(bed.remote.posts).toHaveLength(1);
    expect(bed.remote.rows('/zones')).toEqual([theirs]);
  });

  it('is told too where no run is at it any more', async () => {
    const id = await addMine();
    const run = await bed.begin(zones);
    bed.remote.faults.push(losing(theirs));
    await bed.drive(run, 'zones', bed.within({ settleMs: 3_600_000 })).catch(() => undefined);
    await cancelRun(hasty, run);

    expect(await settleLeftOver(hasty, signal)).toBe('done');

    expect(await bed.intent(id)).toMatchObject({ state: 'parked', lookalike: '500' });
    const errors = (await bed.local('zones', id))?.sync_errors ?? [];
    expect(errors.map(({ message }) => message)).toContainEqual(expect.stringContaining('zone 500'));
  });

  it.each([
    ['later exports, and a dry run, send nothing', zones],
    ['nor does one that was asked for it by name', { ...zones, filters: { name: 'Top' } }],
  ])('keeps it from being sent until that is decided: %s', async (_, request) => {
    const { id } = await disputed();

    const plan = await bed.run({ ...request, dry_run: true }, hasty);
    const { items } = await bed.store.plans.page({ run_id: plan._id, action: 'create' }, 0, 10);
    expect(items).toMatchObject([{ subject: id, state: 'failed', error: { code: 'lookalike' } }]);
    for (let time = 0; time < 2; time += 1) expect((await bed.run(request, hasty)).status).toBe('failed');

    expect(bed.remote.posts).toHaveLength(1);
    expect(ids()).toEqual([500]);
  });

  it('is no matter any more once the draft has another name', async () => {
    const { id } = await disputed();
    expect(await bed.store.draftEdits.update('zones', id, { name: 'Side' })).toMatchObject({ name: 'Side' });

    expect((await bed.run(zones, hasty)).status).toBe('succeeded');

    expect(bed.names()).toEqual(['Top', 'Side']);
    expect(await bed.intent(id)).not.toHaveProperty('lookalike');
  });

  it('nor once it is gone', async () => {
    const { id } = await disputed();
    bed.remote.remove('/zones', 500);

    expect((await bed.run(zones, hasty)).status).toBe('succeeded');

    await bed.expectMade(id, 2);
  });

  it('is what the draft becomes where a person links them', async () => {
    const { id, run } = await disputed();
    await bed.importKinds('zones');
    const linking = { kind: kinds.zones, localId: id, key: '500', runId: null, keepLocal: false };

    expect(await bed.store.link(linking)).toMatchObject({ outcome: 'linked' });

    await sweepAndFinish(bed, run, hasty);
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '500' });
    expect(bed.remote.rows('/zones')).toEqual([theirs]);
  });

  it('is left where the row that was sent comes late beside it: that is adopted', async () => {
    const id = await addMine();
    const run = await bed.begin(zones);
    bed.remote.faults.push(losing(theirs));
    await bed.drive(run, 'zones', hasty);
    bed.remote.add('/zones', { network_id: 1 }, { id: 501, name: 'Top', alias: 'mine' });

    const [sweep] = await sweepAndFinish(bed, run, hasty);

    expect(sweep).toMatchObject({ state: 'completed', result: { adopted: ['501'], removed: [], left: [] } });
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '501', parked_from: null });
    expect(ids()).toEqual([500, 501]);
  });

  it('is passed over for a younger one that is as it was sent', async () => {
    const id = await addMine();
    bed.remote.faults.push(losing(theirs, { id: 501, name: 'Top', alias: 'mine' }));

    expect((await bed.run(zones)).status).toBe('succeeded');

    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '501' });
  });

  it.each([
    ['does not show what was sent', {}],
    ['shows it in another case, with blanks', { alias: ' MINE' }],
  ])('is adopted where it %s', async (_, shown) => {
    const id = await addMine();
    bed.remote.faults.push(losing({ name: 'Top', ...shown }));

    expect((await bed.run(zones)).status).toBe('succeeded');

    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '500' });
  });

  it('is adopted where lists have other words for what was sent', async () => {
    bed.remote.add('/advertisers', { network_id: 1 }, { id: 2, name: 'Adv' });
    await bed.importKinds('advertisers');
    const fields = { name: 'Ad', type: 'static', destination: 'https://example.com/', advertiser_id: 2 };
    const id = await bed.add('advertisements', fields);
    bed.remote.faults.push((carry, request) => {
      Object.assign(request.body ?? {}, { type: 'StaticAdvertisement' });
      return loseAnswer(carry, request);
    });

    expect((await bed.run({ kinds: ['advertisements'] })).status).toBe('succeeded');

    expect(await bed.local('advertisements', id)).toBeNull();
    expect(bed.remote.posts).toHaveLength(1);
  });

  it('is adopted where the API writes an address anew', async () => {
    const id = await bed.add('advertisers', { name: 'Luna', web_home_url: 'https://Luna.example', network_id: 1 });
    bed.remote.faults.push((carry, request) => {
      Object.assign(request.body ?? {}, { web_home_url: 'https://luna.example/' });
      return loseAnswer(carry, request);
    });

    expect((await bed.run({ kinds: ['advertisers'] })).status).toBe('succeeded');

    expect(await bed.local('advertisers', id)).toBeNull();
    expect(bed.remote.posts).toHaveLength(1);
  });
});
