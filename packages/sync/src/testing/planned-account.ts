import { type EntityFields, type KindName, kindNames } from '@broadstreet-sync/domain';
import type { PlanItemDocument, RunDocument } from '@broadstreet-sync/store';
import { openSyncBed, type SyncBed } from './sync-bed.ts';

/** What an export of everything asks for, networks confirmed. */
export const everything: { kinds: KindName[]; confirm: KindName[] } = { kinds: [...kindNames], confirm: ['networks'] };

/** An account with names that drafts will want, and drafts of all kinds: twins, taken names, incomplete and blocked ones. */
export interface PlannedAccount extends SyncBed {
  /** `_id`s of the drafts, by a word for each. */
  readonly ids: ReadonlyMap<string, string>;
  id(word: string): string;
  /** A dry run of everything, with its plan. */
  dryRun(request?: object): Promise<RunDocument>;
  /** Entries of a run's plan, in order. */
  items(run: RunDocument): Promise<PlanItemDocument[]>;
  /** Carries out the plan of a dry run. */
  carryOut(plan: RunDocument, request?: object): Promise<RunDocument>;
  /** All that is kept of drafts and of what was sent or given away for them. */
  kept(): Promise<unknown>;
}

const start_date = '2026-03-01';
const ad = { type: 'static', destination: 'https://example.com/' };

export async function openPlannedAccount(): Promise<PlannedAccount> {
  const bed = await openSyncBed();
  const { remote, store } = bed;
  remote.add('/networks', {}, { id: 1, name: 'One' });
  remote.add('/networks', {}, { id: 2, name: 'Two' });
  remote.add('/advertisers', { network_id: 1 }, { id: 10, name: ' TAKEN ', web_home_url: 'https://there.example/' });
  remote.add('/advertisers', { network_id: 1 }, { id: 11, name: 'House' });
  remote.add('/zones', { network_id: 1 }, { id: 30, name: 'sideBAR' });
  remote.add('/zones', { network_id: 2 }, { id: 31, name: 'Top' });
  remote.add('/campaigns', { advertiser_id: 11 }, { id: 50, name: 'always ON' });
  await bed.importKinds('advertisers', 'zones', 'campaigns');
  remote.lists.length = 0;

  const ids = new Map<string, string>();
  const add = async (word: string, kind: KindName, fields: EntityFields) => ids.set(word, await bed.add(kind, fields));
  const id = (word: string): string => {
    const found = ids.get(word);
    if (found === undefined) throw new Error(`no draft ${word}`);
    return found;
  };
  await add('site', 'networks', { name: 'Second site' });
  await add('taken', 'advertisers', { name: 'Taken', network_id: 1, notes: '  by phone ' });
  await add('twin', 'advertisers', { name: 'Twin', network_id: 1 });
  await add('twin 2', 'advertisers', { name: ' twin', network_id: 1 });
  await add('guest', 'advertisers', { name: 'Twin', network_id: id('site') });
  await add('nameless', 'advertisers', { notes: 'x', network_id: 1 });
  await add('sidebar', 'zones', { name: 'Sidebar', network_id: 1 });
  await add('top', 'zones', { name: 'Top', alias: 'top', network_id: id('site') });
  await add('banner', 'advertisements', { name: 'Banner', advertiser_id: id('twin'), ...ad });
  await add('house ad', 'advertisements', { name: 'Own', advertiser_id: 11, ...ad });
  await add('spring', 'campaigns', { name: 'Spring', advertiser_id: id('twin'), start_date });
  await add('always on', 'campaigns', { name: ' Always on', advertiser_id: 11, start_date, weight: 'high' });
  await add('lost', 'campaigns', { name: 'Child', advertiser_id: id('nameless'), start_date });
  const placed = { campaign_id: id('spring'), advertisement_id: id('banner') };
  await add('placed', 'placements', { ...placed, zone_id: id('sidebar'), restrictions: 'phone' });
  await add('not placed', 'placements', { ...placed, campaign_id: id('lost'), zone_id: 31 });

  return {
    ...bed,
    ids,
    id,
    dryRun: (request = {}) => bed.run({ ...everything, dry_run: true, ...request }),
    items: async (run) => (await store.plans.page({ run_id: run._id }, 0, 1000)).items,
    carryOut: ({ _id, kinds, only, filters, confirm }, request = {}) =>
      bed.run({ kinds, only, filters, confirm, from_plan: _id, ...request }),
    async kept() {
      const drafts = await Promise.all(kindNames.map((kind) => store.locals.inOrder(kind, null).toArray()));
      const scopes = ['networks:account', 'advertisers:1', 'zones:1', 'campaigns:11', 'advertisements:11'];
      return {
        drafts,
        intents: await store.intents.many([...ids.values()]),
        names: await Promise.all(scopes.map((scope) => store.names.reserved(scope))),
        production: await Promise.all(kindNames.map(bed.production)),
      };
    },
  };
}
