import type { RunDocument } from '@broadstreet-sync/store';

/** Says whether a run only shows what it would do. Later a person may have it published. */
export function isOnlyPlanned(run: RunDocument): boolean {
  return run.dry_run && run.status !== 'publishing';
}
