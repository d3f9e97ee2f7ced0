import type { IntentDocument, RunDocument } from '@broadstreet-sync/store';
import { concernedKinds } from '../concerned-kinds.ts';
import type { SyncContext } from '../context.ts';
import { offLimits } from './may-send.ts';

/** Keeps to the networks that the settings allow. */
export function isAllowed(context: SyncContext, intent: IntentDocument): boolean {
  return offLimits(context, intent) === null;
}

/** Exports that are under way: theirs is what they have planned, and what they will plan. */
export async function openExports(context: SyncContext): Promise<RunDocument[]> {
  return (await context.store.runs.holding()).filter(({ operation }) => operation === 'export');
}

/** Says whether a run carries an intent on by itself: in an open task, or in one that its plan will give it. */
async function isInHand(context: SyncContext, run: RunDocument, { _id, kind }: IntentDocument): Promise<boolean> {
  if (!concernedKinds(run).has(kind)) return false;
  if (run.plan[kind]?.phase !== 'ready') return true;
  const task = await context.store.tasks.of({ run_id: run._id, kind, action: 'create', subject: _id });
  return task !== null && task.ended_at === null;
}

/** Those of the intents that none of the runs carries on. */
export async function looseOf(
  context: SyncContext,
  runs: readonly RunDocument[],
  intents: readonly IntentDocument[],
): Promise<IntentDocument[]> {
  const held = await Promise.all(
    intents.map(async (intent) => {
      for (const run of runs) if (await isInHand(context, run, intent)) return true;
      return false;
    }),
  );
  return intents.filter((_, at) => held[at] !== true);
}
