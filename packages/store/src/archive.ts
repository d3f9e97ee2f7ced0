import { kindNames } from '@broadstreet-sync/domain';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HistoryDocument, RunDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

const batchSize = 1000;

/**
 * Moves what a run has published from its change set into the history. Apart from the publication, which readers wait
 * for: until it is done the change set says the same. What is held stays there. Doing it again changes nothing.
 */
export async function archive(collections: Collections, changes: Changes, run: RunDocument): Promise<void> {
  const { runs, history } = collections;
  if (run.archive === null || run.published_at === null) return;
  if (run.archive === 'due') {
    for (const kind of kindNames) {
      for await (const batch of changes.batches(
        run._id,
        kind,
        ['insert', 'update', 'remove'],
        batchSize,
        null,
        'made',
      )) {
        const made = batch.filter(({ passed_over }) => passed_over !== true);
        if (made.length === 0) continue;
        const entries = made.map((change) => entryOf(change, run.published_at ?? new Date()));
        await history.insertMany(entries, { ordered: false }).catch((error: unknown) => {
          // Another process, or an earlier try, has copied some.
          if (!isDuplicateKey(error)) throw error;
        });
      }
    }
    const due = { _id: run._id, archive: 'due' as const, published_at: run.published_at };
    await runs.updateOne(due, { $set: { archive: 'copied' } });
  }
  await changes.discard(run._id, 'made');
  // Of this publication: where a later one of the same run has been made since, that is still to be copied.
  const copied = { _id: run._id, archive: 'copied' as const, published_at: run.published_at };
  await runs.updateOne(copied, { $set: { archive: null } });
}

/** What the history says of a change that was published. */
export function entryOf(change: ChangeDocument, at: Date): HistoryDocument {
  const { _id, run_id, kind, key, operation, before, after, fields, conflicts, ours } = change;
  const more = {
    ...(fields === undefined ? {} : { fields }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...(ours === undefined ? {} : { ours }),
  };
  return { _id, run_id, kind, key, operation, before, after, ...more, at };
}
