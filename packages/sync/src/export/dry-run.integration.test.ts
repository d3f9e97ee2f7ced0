import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { loseAnswer, remoteError } from '../testing/memory-remote.ts';
import { everything, openPlannedAccount, type PlannedAccount } from '../testing/planned-account.ts';

let bed: PlannedAccount;
beforeEach(async () => {
  bed = await openPlannedAccount();
});
afterEach(() => bed.close());

/** Entries about entities by the word for each. */
async function planned(run: Awaited<ReturnType<PlannedAccount['dryRun']>>) {
  const items = await bed.items(run);
  return (word: string) => items.find(({ subject }) => subject === bed.id(word));
}

describe('a dry run of an export', () => {
  it('sends nothing, and leaves drafts, intents, names and production as they were', async () => {
    const before = await bed.kept();

    const run = await bed.dryRun();

    expect(run).toMatchObject({ status: 'partial', error: null });
    expect(bed.remote.posts).toEqual([]);
    expect(await bed.kept()).toEqual(before);
    expect(bed.remote.lists.sort()).toEqual([
      '/advertisements?network_id=1&advertiser_id=11',
      '/advertisers?network_id=1',
      '/campaigns?advertiser_id=11',
      '/networks?',
      '/zones?network_id=1',
    ]);
  });

  it('is possible where this installation only reads', async () => {
    const run = await bed.run({ ...everything, dry_run: true }, bed.within({ readOnly: true }));

    expect(run.error).toBeNull();
    expect(run.planned?.counts.length).toBeGreaterThan(0);
  });

  it('shows each request in order, with what is not known yet named', async () => {
    const item = await planned(await bed.dryRun());

    expect(item('taken')).toMatchObject({
      action: 'create',
      state: 'planned',
      request: {
        method: 'POST',
        path: '/advertisers',
        query: { network_id: 1 },
        body: { name: 'Taken (1)', notes: 'by phone' },
      },
    });
    expect(item('guest')?.request?.query).toEqual({ network_id: `{network "Second site" ${bed.id('site')}}` });
    expect(item('placed')).toMatchObject({
      request: {
        path: '/placements',
        query: {},
        body: {
          campaign_id: `{campaign "Spring" ${bed.id('spring')}}`,
          advertisement_id: `{advertisement "Banner" ${bed.id('banner')}}`,
          zone_id: `{zone "Sidebar (1)" ${bed.id('sidebar')}}`,
          restrictions: 'phone',
        },
      },
      awaits: [{ kind: 'campaigns' }, { kind: 'advertisements' }, { kind: 'zones' }],
    });
  });

  it('gives the reason of each other name', async () => {
    const item = await planned(await bed.dryRun());

    expect(item('taken')).toMatchObject({ renamed: { by: 'remote', remote_ids: ['10'] }, sent_name: 'Taken (1)' });
    expect(item('twin')).toMatchObject({ renamed: null, sent_name: 'Twin' });
    expect(item('twin 2')).toMatchObject({
      renamed: { by: 'local', local_id: bed.id('twin') },
      name: 'twin',
      sent_name: 'twin (1)',
    });
    expect(item('guest')).toMatchObject({ renamed: null, sent_name: 'Twin' });
    expect(item('taken')?.proposals).toEqual([{ remote_id: '10', is_exact: false, differs: ['notes'] }]);
  });

  it('says what cannot be exported, and what that blocks', async () => {
    const item = await planned(await bed.dryRun());

    expect(item('nameless')).toMatchObject({ state: 'failed', request: null, error: { code: 'incomplete' } });
    expect(item('lost')).toMatchObject({
      state: 'blocked',
      request: null,
      blocked_by: { kind: 'advertisers', id: bed.id('nameless'), error: { code: 'incomplete' } },
    });
    expect(item('not placed')).toMatchObject({ state: 'blocked', blocked_by: { id: bed.id('lost') } });
  });

  it('without a confirmation blocks networks and what hangs on them', async () => {
    const item = await planned(await bed.dryRun({ confirm: [] }));

    expect(item('site')).toMatchObject({ state: 'blocked', error: { code: 'confirmation_needed' } });
    for (const word of ['guest', 'top']) expect(item(word)).toMatchObject({ state: 'blocked' });
    expect(item('twin')).toMatchObject({ state: 'planned' });
  });

  it('counts requests and changes, and shows refused entities as any run does', async () => {
    const run = await bed.dryRun();

    const { items: errors } = await bed.store.tasks.list(
      { run_id: run._id, state: { $in: ['failed', 'blocked'] } },
      0,
      99,
    );
    expect(errors.map(({ subject }) => subject).sort()).toEqual(['nameless', 'lost', 'not placed'].map(bed.id).sort());
    expect(run.changes.advertisers).toMatchObject({ inserted: 4 });
    const counts = run.planned?.counts ?? [];
    const created = counts.filter(({ action, state }) => action === 'create' && state === 'planned');
    expect(created.reduce((sum, { count }) => sum + count, 0)).toBe(12);
    expect(counts.find(({ kind, action }) => kind === 'zones' && action === 'names')).toMatchObject({ count: 1 });
  });

  it('leaves out what is below a parent whose names cannot be read', async () => {
    bed.remote.beforeList = (list) => {
      if (list.startsWith('/zones')) throw remoteError('contract', { outcome: 'unknown', code: 'not_json' });
    };

    const item = await planned(await bed.dryRun());

    expect(item('sidebar')).toMatchObject({ state: 'failed', error: { code: 'names_unknown' } });
    expect(item('placed')).toMatchObject({ state: 'blocked' });
    expect(item('top')).toMatchObject({ state: 'planned' });
  });

  it('leaves open what an earlier run has sent, and shows the look-up that it needs', async () => {
    bed.remote.faults.push(loseAnswer);
    const first = await bed.begin({ kinds: ['advertisers'] });
    await bed.plan(first, 'advertisers');
    await bed.step(first, 'advertisers', bed.id('twin'));
    await bed.store.runs.requestStop(first._id, 'cancelled', null);
    await finishRun(bed.context, first._id);
    const sent = await bed.store.intents.get(bed.id('twin'));
    const posts = bed.remote.posts.length;

    const run = await bed.dryRun();

    const items = await bed.items(run);
    const of = (word: string) => items.find(({ subject }) => subject === bed.id(word));
    expect(of('twin')).toMatchObject({ state: 'open', sent_name: 'Twin', request: { body: { name: 'Twin' } } });
    expect(items.filter(({ action }) => action === 'look_up')).toMatchObject([
      { kind: 'advertisers', request: { method: 'GET', path: '/advertisers', query: { network_id: 1 } } },
    ]);
    // Its name is kept for it, and its children wait for it.
    expect(of('twin 2')).toMatchObject({ sent_name: 'twin (1)', renamed: { by: 'remote' } });
    expect(of('spring')).toMatchObject({ state: 'planned', awaits: [{ local_id: bed.id('twin') }] });
    expect(items.filter(({ action, state }) => action === 'names' && state === 'open')).toMatchObject([
      { kind: 'advertisements', request: { query: { advertiser_id: expect.stringContaining(bed.id('twin')) } } },
      { kind: 'campaigns' },
    ]);
    expect(bed.remote.posts).toHaveLength(posts);
    expect(await bed.store.intents.get(bed.id('twin'))).toEqual(sent);
  });

  it('that is stopped has no whole plan', async () => {
    const run = await bed.begin({ ...everything, dry_run: true });
    await bed.plan(run, 'networks');
    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await finishRun(bed.context, run._id);

    expect(await bed.store.runs.get(run._id)).toMatchObject({ status: 'cancelled', changes: {} });
    expect((await bed.store.runs.get(run._id))?.planned).toBeUndefined();
  });
});
