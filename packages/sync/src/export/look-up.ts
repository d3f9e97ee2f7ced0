import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { endFailedRead, putBack } from '../end-attempt.ts';
import type { CreatePass } from './create-entity.ts';
import { leaveUnread } from './park.ts';
import { settleParent } from './settle-parent.ts';
import { settleMsOf } from './times.ts';

const busyMs = 500;

/** Finds out what became of a create whose answer was lost, once its outcome is surely decided. */
export async function lookUp(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const waitMs = await context.store.intents.untilSettledMs(intent._id, settleMsOf(context.limits));
  if (waitMs > 0) return again(context, pass, waitMs);
  try {
    const isDone = await settleParent(context, pass.kind, intent, { meter: pass.meter, signal: pass.signal });
    return await again(context, pass, isDone ? 0 : busyMs);
  } catch (error) {
    // Answers that were lost are no failed looks.
    const task = { ...pass.task, attempts: Math.max(0, pass.task.attempts - (intent.lost ?? 0)) };
    return endFailedRead(context, task, error, pass.meter.counts(), (record) =>
      leaveUnread(context, pass, intent, record),
    );
  }
}

function again(context: SyncContext, { task, meter }: CreatePass, delayMs: number): Promise<TaskOutcome> {
  return putBack(context, task, { delayMs, failedAttempt: false }, meter.counts());
}
