import { type KindName, kinds, removedWith } from '@broadstreet-sync/domain';
import type { MarkedEntity } from '@broadstreet-sync/store';
import type { SyncBed } from './sync-bed.ts';

/** Wants an entity gone from the account, with all that hangs on it, as a person does who was told what that is. */
export async function wantGone(bed: SyncBed, kind: KindName, key: string): Promise<void> {
  const target = { kind, key };
  const { production, drafts } = await bed.store.dependants.of(target);
  const marked = [target, ...production].map((each): MarkedEntity => {
    const above = removedWith(kinds[each.kind]);
    const isTarget = each.kind === kind && each.key === key;
    const deletion = {
      requested_by: 'test',
      part_of: isTarget ? null : target,
      with: above?.name === kind ? target : null,
      drafts: isTarget ? drafts.map((draft) => ({ kind: draft.kind, key: draft._id })) : [],
    };
    return { kind: each.kind, key: each.key, deletion };
  });
  if (!(await bed.store.deletions.plan(marked))) throw new Error(`${kind} ${key} cannot be planned`);
}
