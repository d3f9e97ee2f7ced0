import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { checkPlan } from './check-plan.ts';

/**
 * What follows once a run has planned everything. A dry run is over. One that carries out a plan holds it to what it has
 * planned itself: only when both are the same does it begin to send.
 *
 * @returns `planned` where that was all; `stopped` where the run is to end; the run where it is to be carried out
 */
export async function endPlanning(
  context: SyncContext,
  run: RunDocument,
): Promise<'planned' | 'stopped' | RunDocument> {
  const { store } = context;
  const counts = await store.plans.counts(run._id);
  await store.runs.setPlanned(run._id, { counts, latency_ms: await latencyOf(context, run) });
  if (run.from_plan === undefined) return 'planned';
  if (!(await checkPlan(context, run, run.from_plan))) return 'stopped';
  return (await store.runs.planHolds(run._id, run.generation)) ?? 'stopped';
}

/** How long one answer of the API took, on the average, by the lists that the plan has read; null where it read none. */
async function latencyOf({ store }: SyncContext, run: RunDocument): Promise<number | null> {
  let [total, lists] = [0, 0];
  for await (const { claimed_at, ended_at, counts } of store.tasks.each({ run_id: run._id, action: 'names' })) {
    if (claimed_at === null || ended_at === null || counts.requests === 0) continue;
    total += Math.max(0, ended_at.getTime() - claimed_at.getTime() - counts.waited_ms) / counts.requests;
    lists += 1;
  }
  return lists === 0 ? null : Math.round(total / lists);
}
