import { archive } from './archive.ts';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { Holds } from './holds.ts';

/**
 * Forgets what runs have kept unpublished, dry runs and what is held, when nobody has had it published in time. Doing it
 * again changes nothing.
 *
 * @returns ids of the runs
 */
export async function forgetUnpublished(
  collections: Collections,
  changes: Changes,
  holds: Holds,
  now: Date,
): Promise<string[]> {
  const overdue = await collections.runs.find({ keep_until: { $gte: new Date(0), $lt: now }, slot: null }).toArray();
  for (const run of overdue) {
    await archive(collections, changes, run);
    await changes.discard(run._id);
    await holds.expire(run._id);
    await collections.runs.updateOne({ _id: run._id }, { $set: { keep_until: null } });
  }
  return overdue.map(({ _id }) => _id);
}
