import { levels } from '@broadstreet-sync/domain';
import type { HoldDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { stageBelow, stageGone } from './stage-removals.ts';

/**
 * Stages what goes because a person has confirmed that its parents are gone, as production now is. Again changes nothing.
 *
 * @returns ids of the tasks that read the lists
 */
export async function stageConfirmed(context: SyncContext, run: RunDocument): Promise<string[]> {
  const { holds, changes, archive } = context.store;
  // What was published before must have left the change set: the same sources are staged anew.
  await archive(run);
  const confirmed = (await holds.of(run._id)).filter(({ state }) => state === 'confirmed');
  for (const { lost_parent: parent, requested_at: requestedAt } of confirmed) {
    if (parent === null) continue;
    await stageGone(context, run, { kind: parent.kind, keys: [parent.key], requestedAt }, 'confirmed');
  }
  for (const { name: kind } of levels.flat()) {
    const keys = await changes.keys(run._id, kind, 'remove', 'confirmed');
    if (keys.length === 0) continue;
    const requestedAt = earliest(confirmed);
    const gone = await stillThere(context, run, { kind, keys, requestedAt });
    await stageBelow(context, run, { kind, keys: gone, requestedAt });
  }
  return confirmed.map(({ task_id }) => task_id);
}

function earliest(holds: readonly HoldDocument[]): Date {
  return new Date(Math.min(...holds.map(({ requested_at }) => requested_at.getTime())));
}

/** Without what has been written since: it is elsewhere now, and what hangs on it with it. */
async function stillThere(
  { store }: SyncContext,
  run: RunDocument,
  { kind, keys, requestedAt }: Parameters<typeof stageBelow>[2],
): Promise<string[]> {
  const moved = new Set<string>();
  for await (const { _id, sync } of store.production.each(kind, { _id: { $in: [...keys] } }, ['sync'])) {
    if (sync.run_id === run._id || sync.written_at > requestedAt) moved.add(_id);
  }
  return keys.filter((key) => !moved.has(key));
}
