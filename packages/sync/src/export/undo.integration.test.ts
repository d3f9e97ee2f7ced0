import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { LocalDocument, RunDocument } from '@broadstreet-sync/store';
import { localFields } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, loseAnswer } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const exportAll = { kinds: [...kindNames] };
let ids: Record<string, string>;

beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: null });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 9, name: 'Old' });
  await bed.importKinds(...kindNames);
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

/** Drafts of all kinds that hang on each other, one ad on an advertiser that the account has. */
async function addDrafts(): Promise<void> {
  const advertiser = await bed.add('advertisers', { name: 'Luna', network_id: 1 });
  const zone = await bed.add('zones', { name: ' top', alias: 'luna', network_id: 1 });
  const ad = await bed.add('advertisements', adFields(advertiser));
  const old = await bed.add('advertisements', adFields(9));
  const campaign = await bed.add('campaigns', {
    name: 'Spring',
    advertiser_id: advertiser,
    start_date: '2026-03-01 08:00:00',
    paused: true,
  });
  const placement = await bed.add('placements', {
    campaign_id: campaign,
    advertisement_id: ad,
    zone_id: zone,
  });
  ids = { advertiser, zone, ad, old, campaign, placement };
}

function adFields(advertiser_id: string | number) {
  return { name: 'Ad', type: 'html', destination: 'https://example.com/', active_base64: 'QUJD', advertiser_id };
}

async function drafts(): Promise<Record<string, object>> {
  const found: [string, LocalDocument][] = [];
  for (const kind of kindNames) {
    for (const draft of await bed.store.locals.inOrder(kind, null).toArray()) found.push([String(draft._id), draft]);
  }
  return Object.fromEntries(found.map(([id, draft]) => [id, localFields(draft)]));
}

async function undo(run: RunDocument, force = false, world = bed.context): Promise<RunDocument> {
  const kinds = await bed.store.undo.kindsMade(run._id);
  return bed.run({ kinds, undo: { run_id: run._id, force } }, world);
}

async function keyOf(kind: KindName, name: string): Promise<string> {
  const key = (await bed.store.locals.mapped(kind, [ids[name] ?? ''])).get(ids[name] ?? '')?.remote_id;
  if (key === undefined) throw new Error(`${name} is not exported`);
  return key;
}

async function removalOf(run: RunDocument, kind: KindName, subject: string) {
  return bed.store.tasks.of({ run_id: run._id, kind, action: 'remove', subject });
}

function account(): Record<string, unknown> {
  return Object.fromEntries(kindNames.map((kind) => [kind, bed.remote.rows(`/${kind}`)]));
}

describe('the undo of an export', () => {
  it('takes away what it made, children first, and gives the drafts back as they were', async () => {
    const before = structuredClone(account());
    await addDrafts();
    const wanted = await drafts();
    const made = await bed.run(exportAll);
    const stays = await keyOf('advertisements', 'old');
    bed.remote.changes.length = 0;

    const run = await undo(made);

    expect(bed.remote.changes.map(({ method, path }) => `${method} ${path.replace(/\d+/, 'N')}`)).toEqual([
      'DELETE /placements',
      'DELETE /campaigns/N',
      'DELETE /advertisers/N',
      'DELETE /zones/N',
    ]);
    const { advertisements: ads, ...others } = account();
    const { advertisements: adsBefore, ...othersBefore } = before;
    expect(others).toEqual(othersBefore);
    // Nothing can remove it: its advertiser was there before.
    expect([adsBefore, ads]).toMatchObject([[], [{ id: Number(stays) }]]);
    expect(await removalOf(run, 'advertisements', stays)).toMatchObject({
      state: 'skipped',
      error: { code: 'cannot_be_removed' },
    });
    const { [ids.old ?? '']: _, ...returned } = wanted;
    expect(await drafts()).toEqual({
      ...returned,
      // Fields that cannot differ but in outer blanks come back as they were sent.
      [ids.zone ?? '']: { name: 'top', alias: 'luna', network_id: 1 },
    });
    expect(run).toMatchObject({
      status: 'succeeded',
      changes: { advertisers: { removed: 1 }, advertisements: { removed: 1 } },
    });
    expect((await bed.production('advertisements')).map(({ _id }) => _id)).toEqual([stays]);
  });

  it('leaves drafts that a new export creates, each once', async () => {
    await addDrafts();
    const first = await bed.run(exportAll);
    const rows = structuredClone(account());
    await undo(first);
    bed.remote.posts.length = 0;

    const second = await bed.run(exportAll);

    expect(second.status).toBe('succeeded');
    expect(bed.remote.posts).toHaveLength(5);
    const names = (kind: KindName, all: Record<string, unknown>) =>
      (all[kind] as { name: string }[]).map(({ name }) => name);
    for (const kind of ['advertisers', 'zones', 'campaigns'] as const)
      expect(names(kind, account())).toEqual(names(kind, rows));
    expect(Object.keys(await drafts())).toEqual([]);
    const key = await keyOf('zones', 'zone');
    expect(await bed.store.production.get('zones', key)).toMatchObject({ name: 'top (1)', created_locally: true });
    expect((await bed.importKinds(...kindNames)).changes.zones).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
  });

  it('sends nobody to what is gone: the old _id names the draft again', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    const child = await bed.add('campaigns', {
      name: 'By _id',
      advertiser_id: ids.advertiser,
      start_date: '2026-01-01',
    });
    const other = await bed.add('campaigns', {
      name: 'By id',
      advertiser_id: Number(await keyOf('advertisers', 'advertiser')),
      start_date: '2026-01-01',
    });

    await undo(made);

    expect((await bed.store.locals.mapped('advertisers', [ids.advertiser ?? ''])).size).toBe(0);
    for (const id of [child, other])
      expect(await bed.local('campaigns', id)).toMatchObject({ advertiser_id: ids.advertiser });
    expect((await bed.run(exportAll)).status).toBe('succeeded');
    expect(await bed.local('campaigns', other)).toBeNull();
  });

  it('made again has nothing left to take away', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    await undo(made);
    bed.remote.changes.length = 0;

    const steps = await bed.store.undo.plan(made._id, false);
    await undo(made, true);

    expect(steps.map(({ fate, fact }) => [fate, fact.kind])).toEqual([['stays', 'advertisements']]);
    expect(bed.remote.changes).toEqual([]);
  });

  it('of one run leaves alone what a later one has made of the same drafts', async () => {
    await addDrafts();
    const first = await bed.run(exportAll);
    await undo(first);
    await bed.run(exportAll);
    const before = structuredClone(account());

    await undo(first, true);

    expect(account()).toEqual(before);
  });

  it('of what another run found and only moved to production is that of the one that moved it', async () => {
    await bed.add('zones', { name: 'Lost', network_id: 1 });
    bed.remote.faults.push(loseAnswer);
    const made = await bed.run({ kinds: ['zones'] });

    await undo(made);

    expect(bed.remote.rows('/zones').map(({ name }) => name)).toEqual(['Top']);
    expect(Object.values(await drafts())).toEqual([{ name: 'Lost', network_id: 1 }]);
  });
});

describe('what people changed since', () => {
  it.each([
    ['edited here', () => editZone()],
    [
      'edited here and exported',
      async () => {
        await editZone();
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
  ] as [string, () => Promise<void>][])('stays, and is reported: %s', async (_, change) => {
    await addDrafts();
    const made = await bed.run(exportAll);
    await change();

    const run = await undo(made);

    const key = await keyOf('zones', 'zone');
    expect(await bed.store.production.get('zones', key)).not.toBeNull();
    expect(await removalOf(run, 'zones', key)).toMatchObject({
      state: 'failed',
      error: { category: 'conflict', code: 'changed' },
    });
    expect(run.status).toBe('partial');
    expect(await bed.local('zones', ids.zone ?? '')).toBeNull();
    // What returned to local and hangs on it finds it by the id map.
    expect(await bed.local('placements', ids.placement ?? '')).toMatchObject({ zone_id: ids.zone });
    expect((await bed.run(exportAll)).status).toBe('succeeded');
    expect(bed.remote.rows('/placements')).toHaveLength(1);
  });

  it('goes by force, and the draft has what it has become', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    await editZone();

    const run = await undo(made, true);

    expect(run.status).toBe('succeeded');
    expect(await bed.local('zones', ids.zone ?? '')).toMatchObject({ name: 'top', alias: 'edited', network_id: 1 });
  });

  it('cannot be removed by itself: what it would go along with stays too', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    const [key, above] = [await keyOf('advertisements', 'ad'), await keyOf('advertisers', 'advertiser')];
    const ad = bed.remote.rows('/advertisements').find(({ id }) => String(id) === key);
    Object.assign(ad ?? {}, { updated_at: '2026-11-01' });
    await bed.importKinds('advertisements');
    Object.assign(ad ?? {}, { updated_at: '2026-11-02' });
    await bed.importKinds('advertisements');

    const plan = await bed.store.undo.plan(made._id, false);
    const run = await undo(made);

    const step = plan.find(({ fact }) => fact.kind === 'advertisers');
    expect(step).toMatchObject({
      fate: 'stays',
      reason: expect.stringContaining('changed in Broadstreet (updated_at)'),
    });
    expect(await removalOf(run, 'advertisers', above)).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children' },
    });
    expect(await bed.store.production.get('advertisements', key)).not.toBeNull();
    expect((await undo(made, true)).status).toBe('succeeded');
    expect(bed.remote.rows('/advertisers').map(({ id }) => id)).toEqual([9]);
  });

  it('stays though the API has no way to edit it', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    Object.assign(bed.remote.rows('/placements')[0] ?? {}, { restrictions: ['phone'] });
    await bed.importKinds('placements');

    const run = await undo(made);

    expect(await removalOf(run, 'placements', await keyOf('placements', 'placement'))).toMatchObject({
      error: { code: 'changed', message: expect.stringContaining('restrictions') },
    });
    expect(bed.remote.rows('/placements')).toHaveLength(1);
  });

  async function editZone(): Promise<void> {
    await bed.edit('zones', await keyOf('zones', 'zone'), { alias: 'edited' });
  }
});

describe('what hangs on what was made, and was not made by the run', () => {
  it('keeps it, and what it hangs on', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await keyOf('advertisers', 'advertiser'));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });

    const run = await undo(made);

    expect(bed.remote.rows('/campaigns').map(({ id }) => id)).toEqual([50]);
    expect(await removalOf(run, 'advertisers', String(advertiser))).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children', message: expect.stringContaining('"Theirs"') },
    });
    const ad = await keyOf('advertisements', 'ad');
    expect(await removalOf(run, 'advertisements', ad)).toMatchObject({ state: 'blocked' });
    expect(await bed.store.production.get('advertisements', ad)).not.toBeNull();
  });

  it('goes with it by force, children first', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await keyOf('advertisers', 'advertiser'));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });
    await bed.importKinds('campaigns');
    bed.remote.changes.length = 0;

    const run = await undo(made, true);

    expect(run.status).toBe('succeeded');
    expect(bed.remote.rows('/campaigns')).toEqual([]);
    expect(bed.remote.changes.map(({ path }) => path)).toContain('/campaigns/50');
    expect((await bed.store.locals.inOrder('campaigns', null).toArray()).map(({ name }) => name)).toEqual(['Spring']);
  });

  it('stays by force too where no import has shown it: nobody could look at it', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    const advertiser = Number(await keyOf('advertisers', 'advertiser'));
    bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id: 50, name: 'Theirs', advertiser_id: advertiser });

    const run = await undo(made, true);

    expect(bed.remote.rows('/campaigns').map(({ id }) => id)).toEqual([50]);
    expect(await removalOf(run, 'advertisers', String(advertiser))).toMatchObject({
      state: 'blocked',
      error: { code: 'has_children', remedy: expect.stringContaining('Run an import') },
    });
  });
});

describe('an undo that goes wrong', () => {
  it('leaves what the API refuses to remove as it was', async () => {
    await addDrafts();
    const made = await bed.run(exportAll);
    bed.remote.faults.push(failWith('validation', { message: 'not this one' }));

    const run = await undo(made);

    const key = await keyOf('placements', 'placement');
    expect(await removalOf(run, 'placements', key)).toMatchObject({ state: 'failed' });
    expect((await bed.store.production.get('placements', key))?.sync.deletion).toBeUndefined();
    expect(await bed.local('placements', ids.placement ?? '')).toBeNull();
    // All else hangs together with it.
    expect(run.status).toBe('failed');
    expect((await undo(made)).status).toBe('succeeded');
    expect(await bed.local('placements', ids.placement ?? '')).not.toBeNull();
  });

  it('that was cancelled with a request under way is ended by the next export, drafts included', async () => {
    await addDrafts();
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
    expect(await bed.local('placements', ids.placement ?? '')).toMatchObject({ campaign_id: ids.campaign });
  });
});
