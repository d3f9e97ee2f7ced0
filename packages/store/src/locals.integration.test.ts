import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localFields } from './locals.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let locals: StoreBed['store']['locals'];
beforeAll(async () => {
  bed = await openStoreBed();
  locals = bed.store.locals;
});
afterAll(() => bed.close());

const create = async (kind: Parameters<typeof locals.create>[0], fields: object) =>
  (await locals.create(kind, { ...fields }))._id.toHexString();
const failure = (run_id: string, message = 'm') => ({ message, category: 'validation' as const, run_id });

describe('a local entity', () => {
  it('is changed by who knows its revision, and by nobody else', async () => {
    const id = await create('zones', { name: 'Top' });

    const changed = await Promise.all(['A', 'B', 'C'].map((name) => locals.update('zones', id, { name }, 1)));

    expect(changed.filter((entity) => entity !== null)).toMatchObject([{ revision: 2 }]);
    expect(await locals.remove('zones', id, 1)).toBe(false);
    expect(await locals.remove('zones', id, 2)).toBe(true);
  });

  it('loses a field that is set to null, and keeps texts that look like expressions', async () => {
    const id = await create('zones', { name: 'Top', alias: 'top' });

    await locals.update('zones', id, { name: '$$NOW', alias: null });

    const entity = await locals.get('zones', id);
    expect(entity === null ? null : localFields(entity)).toEqual({ name: '$$NOW' });
  });

  it('of another tool, with its fields alone, is one like any other', async () => {
    const _id = new Types.ObjectId();
    await bed.collections.local.zones.insertOne({ _id, name: 'Foreign', network_id: 1 });
    const id = _id.toHexString();

    expect(await locals.update('zones', id, { name: 'Ours' }, 0)).toMatchObject({ revision: 1 });
    await locals.recordErrors('zones', [{ id, error: failure('r') }]);

    expect(await locals.get('zones', id)).toMatchObject({
      sync_errors: [failure('r')],
      last_sync_attempt: expect.any(Date),
    });
  });
});

describe('errors of a local entity', () => {
  it('are noted once for each run and message', async () => {
    const id = await create('zones', { name: 'Top' });
    for (const error of [failure('r1'), failure('r1'), failure('r1', 'other'), failure('r2')])
      await locals.recordErrors('zones', [{ id, error }]);

    expect((await locals.get('zones', id))?.sync_errors).toMatchObject([
      failure('r1'),
      failure('r1', 'other'),
      failure('r2'),
    ]);
  });

  it('are the last 50', async () => {
    const id = await create('zones', { name: 'Top' });
    for (let run = 1; run <= 60; run += 1) await locals.recordErrors('zones', [{ id, error: failure(`r${run}`) }]);

    const errors = (await locals.get('zones', id))?.sync_errors ?? [];
    expect(errors).toHaveLength(50);
    expect([errors[0]?.run_id, errors.at(-1)?.run_id]).toEqual(['r11', 'r60']);
  });

  it('of what is gone are nobodys', async () => {
    await locals.recordErrors('zones', [{ id: new Types.ObjectId().toHexString(), error: failure('r') }]);
  });
});

describe('what hangs on a local entity', () => {
  it('is found at every depth, each once', async () => {
    const advertiser = await create('advertisers', { name: 'A', network_id: 1 });
    const zone = await create('zones', { name: 'Z', network_id: 1 });
    const ad = await create('advertisements', { name: 'Ad', advertiser_id: advertiser });
    const campaign = await create('campaigns', { name: 'C', advertiser_id: advertiser });
    const placement = await create('placements', { campaign_id: campaign, advertisement_id: ad, zone_id: zone });

    const found = await locals.descendants('advertisers', advertiser);

    expect(found.map(({ _id }) => _id).sort()).toEqual([ad, campaign, placement].sort());
    expect(await locals.children('zones', zone)).toEqual([{ kind: 'placements', _id: placement, name: null }]);
    expect(await locals.descendants('placements', placement)).toEqual([]);
  });
});
