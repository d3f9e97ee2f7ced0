import { type EntityFields, type KindName, kinds, remotePart } from '@broadstreet-sync/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProductionDocument } from './documents.ts';
import type { Linking } from './linking.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let store: StoreBed['store'];
beforeAll(async () => {
  bed = await openStoreBed();
  store = bed.store;
});
afterEach(async () => {
  const collections = await bed.db.collections();
  await Promise.all(collections.map((collection) => collection.deleteMany({})));
});
afterAll(() => bed.close());

const earlier = new Date('2026-01-01');

/** A production entity as an import left it. */
async function imported(kind: KindName, key: string, fields: EntityFields): Promise<void> {
  const document: ProductionDocument = {
    ...fields,
    _id: key,
    created_locally: false,
    synced_with_api: false,
    synced_at: earlier,
    sync: { hash: 'read', revision: 4, written_at: earlier, run_id: 'i', edited: [], base: {}, dangling: false },
  };
  await bed.collections.production[kind].insertOne(document);
}

async function draft(kind: KindName, fields: EntityFields): Promise<string> {
  return (await store.locals.create(kind, fields))._id.toHexString();
}

function link(kind: KindName, localId: string, key: string, changes: Partial<Linking> = {}) {
  return store.link({ kind: kinds[kind], localId, key, runId: null, keepLocal: false, ...changes });
}

/** A local zone and the remote one that it is. */
async function pair(fields: EntityFields = {}): Promise<string> {
  await imported('zones', '30', { id: 30, name: ' TOP', alias: 'top', network_id: 1 });
  return draft('zones', { name: 'Top', network_id: 1, ...fields });
}

describe('a link', () => {
  it('makes the remote entity that of the local one, whose address leads to it from then on', async () => {
    const id = await pair({ alias: 'other' });

    expect(await link('zones', id, '30')).toMatchObject({ outcome: 'linked', entity: { _id: '30' } });

    const now = await store.production.get('zones', '30');
    expect(now).toMatchObject({
      created_locally: true,
      synced_with_api: true,
      synced_at: earlier,
      sync: { original_local_id: id, revision: 5, written_at: earlier, edited: [], base: {} },
    });
    // What the remote said wins.
    expect(remotePart(now ?? {})).toEqual({ id: 30, name: ' TOP', alias: 'top', network_id: 1 });
    expect(await store.locals.get('zones', id)).toBeNull();
    expect((await store.locals.mapped('zones', [id])).get(id)).toMatchObject({
      remote_id: '30',
      linked: true,
      run_id: null,
    });
    const { items } = await store.production.history({ kind: 'zones', key: '30' }, 0, 10);
    expect(items).toMatchObject([{ operation: 'update', run_id: null, linked: { name: 'Top', alias: 'other' } }]);
  });

  it('made again is as it is; to another it is refused', async () => {
    const id = await pair();
    await imported('zones', '31', { id: 31, name: 'Top', network_id: 1 });
    await link('zones', id, '30');

    expect(await link('zones', id, '30')).toMatchObject({ outcome: 'linked', entity: { _id: '30' } });
    expect(await link('zones', id, '31')).toEqual({ outcome: 'not_local', key: '30' });
    expect(await store.production.history({ kind: 'zones' }, 0, 10)).toMatchObject({ total: 1 });
  });

  it('of twenty at once to one entity is made for one', async () => {
    await pair();
    const ids = await Promise.all(Array.from({ length: 20 }, () => draft('zones', { name: 'Top', network_id: 1 })));

    const outcomes = await Promise.all(ids.map((id) => link('zones', id, '30')));

    expect(outcomes.filter(({ outcome }) => outcome === 'linked')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'taken')).toHaveLength(19);
    expect(await bed.collections.idMap.countDocuments({ remote_id: '30' })).toBe(1);
  });

  it('keeps local values as edits where it is asked to and the API can update them', async () => {
    const campaign = {
      id: 50,
      name: 'Spring',
      start_date: '2026-03-01',
      weight: 'default',
      advertiser_id: 11,
      network_id: 1,
    };
    await imported('campaigns', '50', campaign);
    const id = await draft('campaigns', {
      name: 'spring',
      start_date: '2026-03-01 08:00:00',
      weight: 1.5,
      notes: ' by phone ',
      advertiser_id: 11,
    });

    await link('campaigns', id, '50', { keepLocal: true });

    const now = await store.production.get('campaigns', '50');
    expect(now).toMatchObject({
      name: 'Spring',
      start_date: '2026-03-01',
      weight: 'high',
      notes: 'by phone',
      sync: { base: { weight: 'default' } },
    });
    expect(now?.sync.edited.toSorted()).toEqual(['notes', 'weight']);
  });

  it('finds an entity without an id by its parents', async () => {
    const triple = { campaign_id: 50, advertisement_id: 40, zone_id: 30 };
    await imported('placements', '50-40-30', { ...triple, network_id: 1, advertiser_id: 11 });
    const id = await draft('placements', { ...triple, restrictions: 'phone' });

    expect(await link('placements', id, '50-40-30')).toMatchObject({ outcome: 'linked' });
  });
});

describe('a link is refused', () => {
  it('where one of both is not there', async () => {
    const id = await pair();

    expect(await link('zones', id, '77')).toEqual({ outcome: 'not_remote' });
    expect(await link('zones', 'f'.repeat(24), '30')).toEqual({ outcome: 'not_local', key: null });
    expect(await link('advertisers', id, '30')).toEqual({ outcome: 'not_local', key: null });
  });

  it('where the remote one is to be deleted', async () => {
    const id = await pair();
    await bed.collections.production.zones.updateOne({ _id: '30' }, { $set: { 'sync.deletion': { sent_at: null } } });

    expect(await link('zones', id, '30')).toEqual({ outcome: 'being_removed' });
  });

  it('where the remote one hangs on another parent', async () => {
    const id = await pair({ network_id: 2 });
    const parent = await draft('networks', { name: 'Net' });
    const below = await draft('zones', { name: 'Top', network_id: parent });

    const elsewhere = { outcome: 'other_parent', field: 'network_id', found: 1 };
    expect(await link('zones', id, '30')).toEqual({ ...elsewhere, wanted: 2 });
    expect(await link('zones', below, '30')).toEqual({ ...elsewhere, wanted: parent });
    await imported('networks', '1', { id: 1, name: 'Net' });
    await link('networks', parent, '1');
    expect(await link('zones', below, '30')).toMatchObject({ outcome: 'linked' });
  });

  it('where it was edited since whoever decides has seen it', async () => {
    const id = await pair();

    expect(await link('zones', id, '30', { expected: { name: 'Top', network_id: 2 } })).toMatchObject({
      outcome: 'edited',
    });
    expect(await link('zones', id, '30', { expected: { name: 'Top', network_id: 1 } })).toMatchObject({
      outcome: 'linked',
    });
  });
});

describe('an export that has a local entity in hand', () => {
  async function planned(localId: string, name: string): Promise<number> {
    const plan = { local_id: localId, kind: 'zones' as const, run_id: 'run', name_key: null, name, sent_name: name };
    const parents = { network_id: 1 };
    await store.intents.plan([
      { ...plan, parents, ancestors: parents, content: '', payload: { name }, before_ids: ['29'] },
    ]);
    const claimed = await store.intents.claim(localId, 'worker', 60_000);
    if (claimed === null || claimed === 'twin') throw new Error('not claimed');
    return claimed.fence;
  }

  it('and has not sent it finds its claim overtaken by the link', async () => {
    const id = await pair();
    const fence = await planned(id, 'Top');
    await store.names.reserve('run', 'zones:1', [{ field: 'name', value: 'top', owner: id }]);

    expect(await link('zones', id, '30')).toMatchObject({ outcome: 'linked' });

    expect(await store.intents.sending(id, fence, 0, 1)).toBeNull();
    expect(await store.intents.get(id)).toMatchObject({ state: 'rejected', error: { code: 'linked' } });
    expect(await store.names.reserved('zones:1')).toEqual([]);
  });

  it('and has sent it keeps the link away until the outcome is known', async () => {
    const id = await pair();
    const fence = await planned(id, 'Top');
    await store.intents.sending(id, fence, 0, 1);

    expect(await link('zones', id, '30')).toEqual({ outcome: 'being_exported', localId: id });
    await store.intents.ambiguous(id, fence);
    expect(await link('zones', id, '30')).toEqual({ outcome: 'being_exported', localId: id });
    expect(await store.locals.get('zones', id)).not.toBeNull();
  });

  it('keeps another from being linked to what it may have made itself', async () => {
    const id = await pair();
    const maker = await draft('zones', { name: 'top', network_id: 1 });
    const fence = await planned(maker, 'top');
    await store.intents.sending(maker, fence, 0, 1);
    await store.intents.ambiguous(maker, fence);

    expect(await link('zones', id, '30')).toEqual({ outcome: 'being_exported', localId: maker });
    await imported('zones', '29', { id: 29, name: 'Top', network_id: 1 });
    expect(await link('zones', id, '29'), 'it was there before').toMatchObject({ outcome: 'linked' });
  });

  it('does not take for its own what another was linked to', async () => {
    await link('zones', await pair(), '30');

    expect(await store.intents.owned('zones', ['29', '30'])).toEqual(new Set(['30']));
  });
});
