import type { KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { failWith, loseAnswer, remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 10, name: 'Known' });
  await bed.importKinds('advertisers', 'zones');
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

const everything: { kinds: KindName[] } = {
  kinds: ['networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements'],
};
const sentNames = (path: string) => bed.remote.posts.filter((post) => post.path === path).map(({ body }) => body?.name);
const errorsOf = async (kind: KindName, id: string) => (await bed.local(kind, id))?.sync_errors ?? [];
const campaign = (advertiser_id: unknown, name = 'C') => ({ name, advertiser_id, start_date: '2026-01-01' });

/** One advertiser, ad, campaign and placement that hang on each other. */
async function addTree(zone_id: unknown) {
  const advertiser = await bed.add('advertisers', { name: 'New', network_id: 1 });
  const ad = await bed.add('advertisements', {
    name: 'Ad',
    advertiser_id: advertiser,
    type: 'static',
    destination: 'https://example.com/',
  });
  const camp = await bed.add('campaigns', campaign(advertiser));
  const placement = await bed.add('placements', { campaign_id: camp, advertisement_id: ad, zone_id });
  return { advertiser, ad, camp, placement };
}

describe('lists of names', () => {
  it('are asked for once for each parent that existed before the run, and for no other', async () => {
    const zone = await bed.add('zones', { name: 'Z1', network_id: 1 });
    await bed.add('zones', { name: 'Z2', network_id: 1 });
    await bed.add('campaigns', campaign(10));
    await addTree(zone);

    const run = await bed.run(everything);

    expect(run.status).toBe('succeeded');
    expect(bed.remote.lists.sort()).toEqual([
      '/advertisers?network_id=1',
      '/campaigns?advertiser_id=10',
      '/zones?network_id=1',
    ]);
    expect(bed.remote.posts).toHaveLength(2 + 1 + 4);
  });

  it('that cannot be read leave what is below that parent local, with the reason, and the rest goes', async () => {
    const bad = await bed.add('zones', { name: 'A', network_id: 1 });
    const good = await bed.add('zones', { name: 'B', network_id: 2 });
    bed.remote.beforeList = (list) => {
      if (list.includes('network_id=1')) throw remoteError('contract', { outcome: 'unknown', code: 'not_json' });
    };

    const run = await bed.run(everything);

    expect(run.status).toBe('partial');
    expect(sentNames('/zones')).toEqual(['B']);
    expect(await errorsOf('zones', bad)).toMatchObject([
      { category: 'contract', message: expect.stringContaining('could not be read') },
    ]);
    expect(await bed.local('zones', good)).toBeNull();
  });

  it('are asked for under a parent that came up while the others were read', async () => {
    bed.remote.add('/zones', { network_id: 2 }, { id: 77, name: 'Late' });
    await bed.add('zones', { name: 'A', network_id: 1 });
    bed.remote.afterList = async (list) => {
      if (list === '/zones?network_id=1') await bed.add('zones', { name: 'Late', network_id: 2 });
    };

    await bed.run(everything);

    expect(bed.remote.lists).toEqual(['/zones?network_id=1', '/zones?network_id=2']);
    expect(sentNames('/zones').sort()).toEqual(['A', 'Late (1)']);
  });
});

describe('what comes up while a run is under way', () => {
  it('and hangs on what did so too is left to the next run, without a word against it', async () => {
    await bed.add('campaigns', campaign(10, 'Here before'));
    let late = { zone: '', placement: '' };
    bed.remote.afterList = async (list) => {
      if (list !== '/campaigns?advertiser_id=10') return;
      const zone = await bed.add('zones', { name: 'Late', network_id: 1 });
      const { placement } = await addTree(zone);
      late = { zone, placement };
    };

    const first = await bed.run(everything);

    expect(first.status).toBe('succeeded');
    expect(await errorsOf('placements', late.placement)).toEqual([]);
    expect(await bed.local('zones', late.zone)).not.toBeNull();
    expect(bed.remote.posts.map(({ path }) => path)).toEqual(['/campaigns']);

    bed.remote.afterList = () => undefined;
    expect((await bed.run(everything)).status).toBe('succeeded');
    expect(await bed.local('placements', late.placement)).toBeNull();
  });
});

describe('names', () => {
  it('are given in the order of making, past what is there in any case, blanks and form', async () => {
    bed.remote.add('/zones', { network_id: 1 }, { id: 30, name: ' TOP ' });
    bed.remote.add('/zones', { network_id: 1 }, { id: 31, name: 'cafe\u0301' });
    for (const name of ['Top', 'top', 'CAF\u00c9', 'Side']) await bed.add('zones', { name, network_id: 1 });
    await bed.add('zones', { name: 'Top', network_id: 2 });

    await bed.run(everything);

    expect(sentNames('/zones')).toEqual(['Top (1)', 'top (2)', 'CAF\u00c9 (1)', 'Side', 'Top']);
  });

  it('of an alias are never changed: one that is taken is refused', async () => {
    bed.remote.add('/zones', { network_id: 1 }, { id: 30, name: 'There', alias: 'Top' });
    const taken = await bed.add('zones', { name: 'A', alias: ' top', network_id: 1 });
    const first = await bed.add('zones', { name: 'B', alias: 'side', network_id: 1 });
    const twin = await bed.add('zones', { name: 'C', alias: 'SIDE', network_id: 1 });

    await bed.run(everything);

    expect(sentNames('/zones')).toEqual(['B']);
    expect(await bed.local('zones', first)).toBeNull();
    for (const id of [taken, twin])
      expect(await errorsOf('zones', id)).toMatchObject([
        { category: 'conflict', message: expect.stringContaining('alias') },
      ]);
  });

  it('of a create whose outcome is open are taken for everybody else', async () => {
    const first = await bed.add('zones', { name: 'Top', network_id: 1 });
    bed.remote.faults.push(loseAnswer);
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    await bed.step(run, 'zones', first);
    await endCancelled(run);
    expect(await bed.store.intents.get(first)).toMatchObject({ state: 'ambiguous' });
    const second = await bed.add('zones', { name: 'Top', network_id: 1 });

    expect((await bed.run(everything)).status).toBe('succeeded');

    expect(sentNames('/zones')).toEqual(['Top', 'Top (1)']);
    expect(await bed.production('zones')).toHaveLength(2);
    expect(await bed.local('zones', first)).toBeNull();
    expect(await bed.local('zones', second)).toBeNull();
    expect(await bed.store.names.reserved('zones:1')).toEqual([]);
  });
});

describe('a parent whose creation came to light later', () => {
  it('has its names read: others may have added to it since', async () => {
    const advertiser = await bed.add('advertisers', { name: 'New', network_id: 1 });
    await bed.add('campaigns', campaign(advertiser, 'C'));
    bed.remote.faults.push(loseAnswer);
    const run = await bed.begin(everything);
    await bed.plan(run, 'advertisers');
    await bed.step(run, 'advertisers', advertiser);
    await endCancelled(run);
    const made = bed.remote.rows('/advertisers').find(({ name }) => name === 'New');
    bed.remote.add('/campaigns', { advertiser_id: Number(made?.id) }, { id: 70, name: 'c' });

    expect((await bed.run(everything)).status).toBe('succeeded');

    expect(sentNames('/campaigns')).toEqual(['C (1)']);
  });
});

describe('a draft that was edited', () => {
  it('after a run was cancelled is sent as it now is', async () => {
    const id = await bed.add('zones', { name: 'Old', alias: 'old', network_id: 1 });
    const run = await bed.begin({ kinds: ['zones'] });
    await bed.plan(run, 'zones');
    bed.budget.faults.push('far');
    await bed.step(run, 'zones', id);
    expect(await bed.store.intents.get(id)).toMatchObject({ state: 'claimed' });
    await endCancelled(run);
    await bed.store.locals.update('zones', id, { name: 'New', alias: null });
    const other = await bed.add('zones', { name: 'Old', network_id: 1 });

    expect((await bed.run(everything)).status).toBe('succeeded');

    expect(bed.remote.posts.map(({ body }) => body)).toEqual([{ name: 'New' }, { name: 'Old' }]);
    expect(await bed.local('zones', other)).toBeNull();
  });
});

async function endCancelled(run: RunDocument): Promise<void> {
  await bed.store.runs.requestStop(run._id, 'cancelled', null);
  await finishRun(bed.context, run._id);
}

describe('what cannot be created', () => {
  it('has each reason, costs no request, and so has what hangs on it', async () => {
    const { advertiser, ad, camp, placement } = await addTree(await bed.add('zones', { name: 'Z', network_id: 1 }));
    await bed.store.locals.update('advertisers', advertiser, { name: null });

    const run = await bed.run(everything);

    expect(bed.remote.posts.map(({ path }) => path)).toEqual(['/zones']);
    expect(await errorsOf('advertisers', advertiser)).toMatchObject([
      { category: 'validation', message: expect.stringContaining('name') },
    ]);
    for (const [kind, id] of [
      ['advertisements', ad],
      ['campaigns', camp],
      ['placements', placement],
    ] as const) {
      expect(await errorsOf(kind, id), kind).toMatchObject([{ category: 'dependency' }]);
      expect(await bed.task(run, kind, id), kind).toMatchObject({ state: 'blocked', counts: { requests: 0 } });
    }
    expect(await bed.task(run, 'campaigns', camp)).toMatchObject({
      blocked_by: { kind: 'advertisers', id: advertiser, error: { code: 'incomplete' } },
    });
  });

  it('because its parent was refused says why the parent was', async () => {
    const { advertiser, camp } = await addTree(5);
    bed.remote.faults.push(failWith('validation', { message: 'The name is not welcome' }));

    await bed.run(everything);

    expect(await errorsOf('campaigns', camp)).toMatchObject([{ message: expect.stringContaining('not welcome') }]);
    expect(await errorsOf('advertisers', advertiser)).toMatchObject([{ category: 'validation' }]);
  });

  it('names a parent that is nowhere, and one that no import has shown', async () => {
    const lost = await bed.add('campaigns', campaign('0123456789abcdef01234567'));
    const unknown = await bed.add('campaigns', campaign(999));

    await bed.run(everything);

    expect(bed.remote.posts).toEqual([]);
    expect(await errorsOf('campaigns', lost)).toMatchObject([{ message: expect.stringContaining('neither here nor') }]);
    expect(await errorsOf('campaigns', unknown)).toMatchObject([
      { message: expect.stringContaining('not known here') },
    ]);
  });

  it('is a network without a confirmation, and all that hangs on it; the rest goes', async () => {
    const network = await bed.add('networks', { name: 'Three' });
    const zone = await bed.add('zones', { name: 'Z', network_id: network });
    await bed.add('zones', { name: 'Other', network_id: 1 });

    const run = await bed.run(everything);

    expect(run.status).toBe('partial');
    expect(bed.remote.posts.map(({ path }) => path)).toEqual(['/zones']);
    expect(await errorsOf('networks', network)).toMatchObject([{ message: expect.stringContaining('confirmation') }]);
    expect(await errorsOf('zones', zone)).toMatchObject([{ message: expect.stringContaining('confirmation') }]);
    expect((await bed.run({ ...everything, confirm: ['networks'] })).status).toBe('succeeded');
    expect(bed.remote.posts.map(({ path }) => path)).toEqual(['/zones', '/networks', '/zones']);
  });

  it('lies in a network that the settings leave out', async () => {
    const zone = await bed.add('zones', { name: 'Z', network_id: 2 });
    const deep = await bed.add('campaigns', campaign(10));

    await bed.run(everything, bed.within({ networks: [2] }));

    expect(sentNames('/zones')).toEqual(['Z']);
    expect(await bed.local('zones', zone)).toBeNull();
    expect(await errorsOf('campaigns', deep)).toMatchObject([{ message: expect.stringContaining('Network 1') }]);
  });

  it('is a placement that exists, there or here; the first of local twins goes', async () => {
    const zone = await bed.add('zones', { name: 'Z', network_id: 1 });
    const { ad, camp, placement } = await addTree(zone);
    const twin = await bed.add('placements', { campaign_id: camp, advertisement_id: ad, zone_id: zone });

    await bed.run(everything);

    expect(bed.remote.rows('/placements')).toHaveLength(1);
    expect(await bed.local('placements', placement)).toBeNull();
    expect(await errorsOf('placements', twin)).toMatchObject([{ category: 'conflict' }]);
    const third = await bed.add('placements', { campaign_id: camp, advertisement_id: ad, zone_id: zone });
    await bed.run(everything);
    expect(bed.remote.rows('/placements')).toHaveLength(1);
    expect(await errorsOf('placements', third)).toMatchObject([{ message: expect.stringContaining('Broadstreet') }]);
  });
});

describe('a run of some', () => {
  it('takes the ancestors that they need, and leaves the rest', async () => {
    const { advertiser, ad, camp } = await addTree(5);
    const other = await bed.add('advertisers', { name: 'Unneeded', network_id: 1 });

    await bed.run({ kinds: ['campaigns'] });

    expect(bed.remote.posts.map(({ path }) => path)).toEqual(['/advertisers', '/campaigns']);
    for (const [kind, id] of [
      ['advertisers', advertiser],
      ['campaigns', camp],
    ] as const)
      expect(await bed.local(kind, id)).toBeNull();
    expect(await bed.local('advertisers', other)).not.toBeNull();
    expect(await bed.local('advertisements', ad)).not.toBeNull();
  });

  it('with nothing to do succeeds, and leaves a record', async () => {
    const run = await bed.run({ kinds: ['zones'] });

    expect(run).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 0 } } });
    const { items } = await bed.store.logs.list({ run_id: run._id }, 0, 10);
    expect(items).toMatchObject([{ entity_type: 'zones', success: true, entities_processed: 0 }]);
  });
});
