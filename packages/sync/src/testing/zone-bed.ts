import type { IntentDocument } from '@broadstreet-sync/store';
import { expect } from 'vitest';
import { openSyncBed, type SyncBed } from './sync-bed.ts';

/** An account with one network, in which zones are to be created. */
export interface ZoneBed extends SyncBed {
  addZone(name?: string): Promise<string>;
  intent(id: string): Promise<IntentDocument | null>;
  /** Another process has claimed a planned intent, and says that it sends it now. */
  sentBy(owner: string, id: string, leaseMs: number): Promise<IntentDocument>;
  /** Of the zones that the account has. */
  names(): unknown[];
  /** The entity is remote once, in production once, and nowhere else. */
  expectMade(id: string, posts: number): Promise<void>;
  /** The entity is as it was, with why; there is none in the account. */
  expectKept(id: string, error: object): Promise<void>;
}

/** What a run asks for that exports zones. */
export const zones = { kinds: ['zones' as const] };

export async function openZoneBed(): Promise<ZoneBed> {
  const bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'Net' });
  await bed.importKinds('networks');
  bed.remote.lists.length = 0;
  const intent = (id: string) => bed.store.intents.get(id);

  return {
    ...bed,
    addZone: (name = 'Top') => bed.add('zones', { name, network_id: 1 }),
    intent,

    async sentBy(owner, id, leaseMs) {
      const claimed = await bed.store.intents.claim(id, owner, leaseMs);
      if (claimed === null || claimed === 'twin') throw new Error('not claimed');
      await bed.store.intents.sending(id, claimed.fence, 0, 1);
      return claimed;
    },

    names: () => bed.remote.rows('/zones').map(({ name }) => name),

    async expectMade(id, posts) {
      expect(bed.remote.posts).toHaveLength(posts);
      expect(bed.remote.rows('/zones')).toHaveLength(1);
      expect(await bed.local('zones', id)).toBeNull();
      const [made, ...others] = await bed.production('zones');
      expect(others).toEqual([]);
      expect(made).toMatchObject({
        network_id: 1,
        created_locally: true,
        synced_with_api: true,
        sync: { original_local_id: id },
      });
      expect(await intent(id)).toMatchObject({ state: 'promoted', remote_id: made?._id });
    },

    async expectKept(id, error) {
      expect(bed.remote.rows('/zones')).toEqual([]);
      expect(await bed.production('zones')).toEqual([]);
      expect(await bed.local('zones', id)).toMatchObject({
        synced_with_api: false,
        sync_errors: [error],
        last_sync_attempt: expect.any(Date),
      });
    },
  };
}
