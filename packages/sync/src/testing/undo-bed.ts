import { type KindName, kindNames } from '@broadstreet-sync/domain';
import { type LocalDocument, localFields, type RunDocument, type TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { openSyncBed, type SyncBed } from './sync-bed.ts';

/** What a run asks for that exports everything. */
export const exportAll = { kinds: [...kindNames] };

type DraftName = 'advertiser' | 'zone' | 'ad' | 'old' | 'campaign' | 'placement';

/** An account with a network, a zone and an advertiser, in which an export is to be undone. */
export interface UndoBed extends SyncBed {
  /** Drafts of all kinds that hang on each other, one ad on an advertiser that the account has; gives their `_id`s. */
  addDrafts(): Promise<Record<DraftName, string>>;
  /** All drafts as they are, by `_id`. */
  drafts(): Promise<Record<string, object>>;
  undo(run: RunDocument, force?: boolean, world?: SyncContext): Promise<RunDocument>;
  /** What a draft has become. */
  keyOf(kind: KindName, localId: string): Promise<string>;
  removalOf(run: RunDocument, kind: KindName, subject: string): Promise<TaskDocument | null>;
  /** All rows of the account. */
  account(): Record<string, unknown>;
}

export async function openUndoBed(): Promise<UndoBed> {
  const bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: null });
  bed.remote.add('/advertisers', { network_id: 1 }, { id: 9, name: 'Old' });
  await bed.importKinds(...kindNames);
  bed.remote.lists.length = 0;

  return {
    ...bed,

    async addDrafts() {
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
      const placement = await bed.add('placements', { campaign_id: campaign, advertisement_id: ad, zone_id: zone });
      return { advertiser, zone, ad, old, campaign, placement };
    },

    async drafts() {
      const found: [string, LocalDocument][] = [];
      for (const kind of kindNames) {
        for (const draft of await bed.store.locals.inOrder(kind, null).toArray())
          found.push([String(draft._id), draft]);
      }
      return Object.fromEntries(found.map(([id, draft]) => [id, localFields(draft)]));
    },

    async undo(run, force = false, world = bed.context) {
      const kinds = await bed.store.undo.kindsMade(run._id);
      return bed.run({ kinds, undo: { run_id: run._id, force } }, world);
    },

    async keyOf(kind, localId) {
      const key = (await bed.store.locals.mapped(kind, [localId])).get(localId)?.remote_id;
      if (key === undefined) throw new Error(`${localId} is not exported`);
      return key;
    },

    removalOf: (run, kind, subject) => bed.store.tasks.of({ run_id: run._id, kind, action: 'remove', subject }),

    account: () => Object.fromEntries(kindNames.map((kind) => [kind, bed.remote.rows(`/${kind}`)])),
  };
}

function adFields(advertiser_id: string | number) {
  return { name: 'Ad', type: 'html', destination: 'https://example.com/', active_base64: 'QUJD', advertiser_id };
}
