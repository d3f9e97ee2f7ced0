import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { finishRun } from '../finish-run.ts';
import { Killed, mortal } from './mortal.ts';
import type { SyncBed } from './sync-bed.ts';

/** Work of one run, to be killed after each call that it makes. */
export interface KilledWork<Begun extends { readonly run: RunDocument }> {
  /** Whose calls count. */
  readonly parts: readonly ('store' | 'remote')[];
  /** More than one leaves calls out, for work that is much the same as another's. */
  readonly step: number;
  begin(): Promise<Begun>;
  work(world: SyncContext, begun: Begun): Promise<void>;
  /** What must be true of the run that has ended, whenever its process was killed. */
  check(run: RunDocument, lastCall: number): Promise<void>;
}

/**
 * Does the work again and again, each time killed one call later, until it is not killed any more; and each time goes on
 * with what the killed process left.
 *
 * @param world in which leases and settle times are over at once
 * @returns how many calls the work makes
 */
export async function killAfterEachCall<Begun extends { readonly run: RunDocument }>(
  bed: SyncBed,
  world: SyncContext,
  { parts, step, begin, work, check }: KilledWork<Begun>,
): Promise<number> {
  for (let lastCall = 1; ; lastCall += step) {
    const begun = await begin();
    const { context } = mortal(world, lastCall, parts);
    const workIn = async (each: SyncContext) => {
      // A run from a plan goes through its kinds twice.
      do await work(each, begun);
      while ((await finishRun(each, begun.run._id)) !== null);
    };
    const isKilled = await workIn(context).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Killed) return true;
        throw error;
      },
    );
    await workIn(world);
    await check(await endedRun(bed, begun.run), lastCall);
    if (!isKilled) return lastCall;
  }
}

async function endedRun(bed: SyncBed, { _id }: RunDocument): Promise<RunDocument> {
  const found = await bed.store.runs.get(_id);
  if (found === null || found.ended_at === null) throw new Error('the run has not ended');
  return found;
}
