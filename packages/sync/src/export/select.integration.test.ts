import type { KindName } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, openPlannedAccount, type PlannedAccount } from '../testing/planned-account.ts';

let bed: PlannedAccount;
beforeEach(async () => {
  bed = await openPlannedAccount();
});
afterEach(() => bed.close());

/** Words for the drafts that a dry run has chosen. */
async function chosen(request: object): Promise<string[]> {
  const plan = await bed.dryRun(request);
  const subjects = new Set((await bed.items(plan)).map(({ subject }) => subject));
  return [...bed.ids].filter(([, id]) => subjects.has(id)).map(([word]) => word);
}

const only = (kind: KindName, ...words: string[]) => ({ kinds: [kind], only: { [kind]: words.map(bed.id) } });

describe('an export of single entities', () => {
  it('takes along what they hang on, and nothing else', async () => {
    expect(await chosen(only('placements', 'placed'))).toEqual(['twin', 'sidebar', 'banner', 'spring', 'placed']);
    expect(await chosen(only('zones', 'sidebar', 'top'))).toEqual(['site', 'sidebar', 'top']);
    expect(await chosen(only('campaigns', 'always on'))).toEqual(['always on']);
  });

  it('sends these alone', async () => {
    const run = await bed.run(only('campaigns', 'spring'));

    expect(run.status).toBe('succeeded');
    expect(bed.remote.posts.map(({ path, body }) => [path, body?.name])).toEqual([
      ['/advertisers', 'Twin'],
      ['/campaigns', 'Spring'],
    ]);
  });
});

describe('an export of what hangs on one entity', () => {
  it('of a network leaves all other networks alone', async () => {
    const other = await bed.add('zones', { name: 'Other', network_id: 2 });

    const run = await bed.run({ ...everything, filters: { network_id: 1 } });

    expect(run.status).toBe('partial');
    expect(await bed.local('zones', other)).not.toBeNull();
    for (const [word, kind] of [
      ['site', 'networks'],
      ['guest', 'advertisers'],
      ['top', 'zones'],
    ] as const) {
      expect(await bed.local(kind, bed.id(word)), word).not.toBeNull();
    }
    expect(bed.remote.lists.some((list) => list.includes('network_id=2'))).toBe(false);
    expect(await bed.local('placements', bed.id('placed'))).toBeNull();
  });

  it('of a local network takes it along, also while its children are being made', async () => {
    const run = await bed.run({ ...everything, filters: { network_id: bed.id('site') } });

    expect(run.status).toBe('succeeded');
    expect(bed.remote.posts.map(({ path, body }) => [path, body?.name])).toEqual([
      ['/networks', 'Second site'],
      ['/advertisers', 'Twin'],
      ['/zones', 'Top'],
    ]);
  });

  it('of an advertiser, a campaign or a zone finds what hangs on it at any depth', async () => {
    expect(await chosen({ ...everything, filters: { advertiser_id: 11 } })).toEqual(['house ad', 'always on']);
    expect(await chosen({ ...everything, filters: { advertiser_id: bed.id('twin') } })).toEqual([
      'twin',
      'sidebar',
      'banner',
      'spring',
      'placed',
    ]);
    expect(await chosen({ kinds: ['placements'], filters: { zone_id: 31 } })).toEqual([
      'twin',
      'nameless',
      'banner',
      'lost',
      'not placed',
    ]);
    expect(await chosen({ kinds: ['placements'], filters: { zone_id: 99 } })).toEqual([]);
  });

  it('by name takes the whole name, without case and blanks, of the kinds asked for', async () => {
    expect(await chosen({ ...everything, filters: { name: ' TWIN ' } })).toEqual(['site', 'twin', 'twin 2', 'guest']);
    expect(await chosen({ ...everything, filters: { name: 'Twin', network_id: 1 } })).toEqual(['twin', 'twin 2']);
    expect(await chosen({ kinds: ['zones'], filters: { name: 'twin' } })).toEqual([]);
  });
});
