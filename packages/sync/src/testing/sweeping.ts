import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import { expect } from 'vitest';
import type { SyncContext } from '../context.ts';
import { planSweeps } from '../export/plan-sweeps.ts';
import { settleLeftOver } from '../export/settle-left-over.ts';
import { finishRun } from '../finish-run.ts';
import { runTask } from '../run-task.ts';
import { loseRequest } from './memory-remote.ts';
import type { SyncBed } from './sync-bed.ts';
import { type ZoneBed, zones } from './zone-bed.ts';

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

export async function cancelRun(world: SyncContext, run: RunDocument): Promise<void> {
  await world.store.runs.requestStop(run._id, 'cancelled', null);
  await finishRun(world, run._id);
}

/** A zone whose run is cancelled while nobody knows what became of its request; looked for in vain since. */
export async function writtenOffZone(bed: ZoneBed, world: SyncContext): Promise<{ run: RunDocument; id: string }> {
  const id = await bed.addZone();
  const run = await bed.begin(zones);
  await bed.plan(run, 'zones');
  bed.remote.faults.push(loseRequest);
  await bed.step(run, 'zones', id, bed.within({ settleMs: 3_600_000 }));
  await cancelRun(world, run);
  await settleLeftOver(world, new AbortController().signal);
  expect(await bed.intent(id)).toMatchObject({ state: 'planned', written_off: [{ name: 'Top' }] });
  return { run, id };
}
