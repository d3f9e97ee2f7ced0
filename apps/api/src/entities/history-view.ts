import type { HistoryEntryView } from '@broadstreet-sync/contract';
import type { HistoryDocument, RunDocument, Store } from '@broadstreet-sync/store';
import { changeView } from '../runs/task-views.ts';

/** Changes with the runs that made them. */
export async function historyViews(
  { runs }: Pick<Store, 'runs'>,
  entries: readonly HistoryDocument[],
): Promise<HistoryEntryView[]> {
  const ids = [...new Set(entries.flatMap(({ run_id }) => run_id ?? []))];
  const found = new Map((await runs.many(ids)).map((run) => [run._id, run]));
  return entries.map((entry) => {
    const { run_id } = entry;
    const run = run_id === null ? undefined : found.get(run_id);
    return { ...changeView(entry, entry.at), run_id, run: run === undefined ? null : runPart(run) };
  });
}

function runPart({ operation, mode, requested_by, undo }: RunDocument): NonNullable<HistoryEntryView['run']> {
  return { operation, mode, requested_by, undo_of: undo?.run_id ?? null };
}
