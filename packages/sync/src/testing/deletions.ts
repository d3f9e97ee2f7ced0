import type { KindName } from '@broadstreet-sync/domain';
import { wishesFor } from '@broadstreet-sync/store';
import type { SyncBed } from './sync-bed.ts';

/** Wants an entity gone from the account, with all that hangs on it, as a person does who was told what that is. */
export async function wantGone({ store }: SyncBed, kind: KindName, key: string): Promise<void> {
  const target = { kind, key };
  const planned = await store.deletions.plan(wishesFor(target, await store.dependants.of(target), 'test'));
  if (!planned) throw new Error(`${kind} ${key} cannot be planned`);
}
