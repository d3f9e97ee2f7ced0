import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { planSweeps } from '../export/plan-sweeps.ts';
import { finishRun } from '../finish-run.ts';
import { runTask } from '../run-task.ts';
import type { SyncBed } from './sync-bed.ts';

/** Limits under which all that waits for its time is due at once. */
export const atOnce = { timeoutMs: 0, settleMs: -2000 };

/** What ends an export whose levels have ended: its sweeps, and the run. Gives its sweeps. */
export async function sweepAndFinish(bed: SyncBed, run: RunDocument, world: SyncContext): Promise<TaskDocument[]> {
  const { signal } = new AbortController();
  const { tasks, runs } = bed.store;
  const now = (await runs.get(run._id)) ?? run;
  await planSweeps(world, now);
  for (const { _id } of await tasks.openSweeps(run._id, 100)) await runTask(world, now, _id, signal);
  await finishRun(world, run._id);
  return sweepsOf(bed, run);
}

export async function sweepsOf(bed: SyncBed, run: RunDocument): Promise<TaskDocument[]> {
  return (await bed.store.tasks.list({ run_id: run._id, action: 'sweep' }, 0, 100)).items;
}
