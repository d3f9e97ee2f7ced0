import { kindNames } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wantGone } from '../testing/deletions.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const everything = { kinds: [...kindNames] };

/** Two networks with the same in them: all of it edited, and the placements wanted gone. */
beforeEach(async () => {
  bed = await openSyncBed();
  for (const at of [1, 2]) {
    const of = { network: at, zone: at + 10, advertiser: at + 20, ad: at + 30, campaign: at + 40 };
    bed.remote.add('/networks', {}, { id: of.network, name: `Net ${at}` });
    bed.remote.add('/zones', { network_id: at }, { id: of.zone, name: `Zone ${at}`, alias: null });
    bed.remote.add('/advertisers', { network_id: at }, { id: of.advertiser, name: `Luna ${at}` });
    const advertiser_id = of.advertiser;
    bed.remote.add('/advertisements', { advertiser_id }, { id: of.ad, name: 'Ad', advertiser: `Luna ${at}` });
    bed.remote.add('/campaigns', { advertiser_id }, { id: of.campaign, name: 'Spring', advertiser_id });
    const placed = { advertisement_id: of.ad, zone_id: of.zone };
    bed.remote.add('/placements', { campaign_id: of.campaign, ...placed }, placed);
  }
  bed.remote.add('/zones', { network_id: 1 }, { id: 19, name: 'Spare', alias: null });
  await bed.importKinds(...kindNames);
  for (const at of [1, 2]) {
    await bed.edit('zones', String(at + 10), { alias: `zone-${at}` });
    await bed.edit('advertisers', String(at + 20), { notes: 'by phone' });
    await bed.edit('campaigns', String(at + 40), { notes: 'by phone' });
    await wantGone(bed, 'placements', `${at + 40}-${at + 30}-${at + 10}`);
  }
  bed.remote.lists.length = 0;
});
afterEach(() => bed.close());

function sent(): string[] {
  return bed.remote.changes.map(({ method, path, query }) => {
    return method === 'DELETE' ? `${method} ${path} of ${query?.campaign_id}` : `${method} ${path}`;
  });
}

const ofFirst = ['PUT /advertisers/21', 'PUT /zones/11', 'PUT /campaigns/41', 'DELETE /placements of 41'];
const choices: [Record<string, unknown>, string[]][] = [
  [{ network_id: 1 }, ofFirst],
  [{ advertiser_id: 21 }, ['PUT /advertisers/21', 'PUT /campaigns/41', 'DELETE /placements of 41']],
  [{ campaign_id: 42 }, ['PUT /campaigns/42', 'DELETE /placements of 42']],
  [{ zone_id: 12 }, ['PUT /zones/12', 'DELETE /placements of 42']],
  [{ name: ' luna 1 ' }, ['PUT /advertisers/21']],
  [{ name: 'spring', network_id: 2 }, ['PUT /campaigns/42']],
  [{ network_id: 3 }, []],
];

describe('of what was edited and is to be deleted', () => {
  it.each(choices)('an export with %j sends what fits, and leaves all else as it is', async (filters, expected) => {
    await bed.run({ ...everything, filters });

    expect(sent()).toEqual(expected);
    const edited = await Promise.all(kindNames.map((kind) => bed.store.production.edited(kind, null)));
    const unwanted = await bed.store.deletions.planned('placements', null);
    expect(edited.flat().length + unwanted.length).toBe(8 - expected.length);
    // Nothing is asked about what is not concerned either.
    await bed.run({ ...everything, filters });
    expect(sent()).toEqual(expected);
  });

  it.each(choices)('a dry run with %j plans just that, and its plan is carried out', async (filters, expected) => {
    const plan = await bed.run({ ...everything, filters, dry_run: true });

    expect(await bed.store.changesSince(plan, 10)).toEqual([]);
    const run = await bed.run({ ...everything, filters, from_plan: plan._id });

    expect(run.error).toBeNull();
    expect(sent()).toEqual(expected);
    const { items } = await bed.store.plans.page({ run_id: plan._id }, 0, 100);
    expect(items.map(({ request }) => `${request?.method} ${request?.path}`)).toEqual(
      expected.map((line) => line.replace(/ of .*/, '')),
    );
  });

  it('an export of a draft that has become an advertiser since finds it by its local _id', async () => {
    const id = await bed.add('advertisers', { name: 'Sol', network_id: 1 });
    await bed.run({ kinds: ['advertisers'], only: { advertisers: [id] } });
    const key = (await bed.store.locals.mapped('advertisers', [id])).get(id)?.remote_id ?? '';
    await bed.edit('advertisers', key, { notes: 'new' });
    bed.remote.changes.length = 0;

    await bed.run({ ...everything, filters: { advertiser_id: id } });

    expect(sent()).toEqual([`PUT /advertisers/${key}`]);
  });
});

describe('since a plan', () => {
  const since: [string, string, () => Promise<unknown>][] = [
    ['an edit was made', 'was edited here', () => bed.edit('advertisers', '21', { notes: 'by mail' })],
    ['an edit was taken back', 'has no edit any more', () => bed.edit('zones', '11', { alias: null })],
    ['a deletion was wished for', 'was marked to be deleted', () => wantGone(bed, 'zones', '19')],
    ['a deletion of what was edited', 'and would be removed now', () => wantGone(bed, 'zones', '11')],
    [
      'a deletion was taken back',
      'is not to be deleted any more',
      () => bed.store.deletions.withdraw([{ kind: 'placements', key: '41-31-11' }]),
    ],
  ];
  it.each(since)('%s within its filters: the check of the plan says so', async (_, detail, change) => {
    const plan = await bed.run({ ...everything, filters: { network_id: 1 }, dry_run: true });
    await change();

    const changes = await bed.store.changesSince(plan, 10);

    expect(changes.map((each) => each.detail)).toContainEqual(expect.stringContaining(detail));
  });

  it('an edit beyond its filters is none of its business', async () => {
    const plan = await bed.run({ ...everything, filters: { network_id: 1 }, dry_run: true });
    await bed.edit('advertisers', '22', { notes: 'by mail' });
    await bed.edit('zones', '12', { alias: null });

    expect(await bed.store.changesSince(plan, 10)).toEqual([]);
  });
});
