import type { RunDocument } from '@broadstreet-sync/store';

/** What a run undoes; null for one that does not. */
export function undoOf(run: RunDocument): NonNullable<RunDocument['undo']> | null {
  return run.undo ?? null;
}
