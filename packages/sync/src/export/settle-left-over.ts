import { actions, type EntityKind, SyncError, toErrorRecord } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { createMeter, type SyncContext } from '../context.ts';
import { isAllowed, looseOf, openExports } from './in-hand.ts';
import { isForLater, parkAlone, unreadReason } from './park.ts';
import { type ParentGroup, perParent, type Settlement } from './per-parent.ts';
import { promoteCreated } from './promote-intent.ts';
import { listedScope, settleParent } from './settle-parent.ts';
import { settleMsOf } from './times.ts';

/**
 * Settles what runs that are over have left open: what was created is promoted; what was sent and not answered is looked
 * up once it is surely decided, one list for all of a parent, and then promoted, or left to be planned by the next run.
 * What an open run carries on is its own; what is parked waits for a run. Nothing is created here.
 *
 * @param signal aborted when the process is to stop
 */
export async function settleLeftOver(context: SyncContext, signal: AbortSignal): Promise<Settlement> {
  const { intents, names } = context.store;
  const open = (await intents.open()).filter(({ state }) => state !== 'parked');
  if (open.length === 0) return 'done';
  const runs = await openExports(context);
  const loose = (await looseOf(context, runs, open)).filter((intent) => isAllowed(context, intent));
  const settlement = await perParent(loose, signal, (group) => settleGroup(context, group, signal));
  if (settlement !== 'done') return settlement;
  const isFree = loose.length > 0 && runs.length === 0;
  if (isFree) await names.forgetEnded((await intents.open()).map(({ _id }) => _id));
  return 'done';
}

async function settleGroup(context: SyncContext, group: ParentGroup, signal: AbortSignal): Promise<Settlement> {
  const { intents } = context.store;
  for (const { _id, state } of group.intents) if (state === 'sending') await intents.expire(_id);
  const settlement = await lookUpGroup(context, group, signal);
  for (const intent of await intents.many(group.intents.map(({ _id }) => _id))) {
    if (intent.state === 'created') await promoteLeftOver(context, group.kind, intent);
  }
  return settlement;
}

async function lookUpGroup(
  context: SyncContext,
  { kind, first, intents }: ParentGroup,
  signal: AbortSignal,
): Promise<Settlement> {
  const settleMs = settleMsOf(context.limits);
  const settled = await context.store.intents.settled(kind.name, listedScope(kind, first), settleMs);
  const decided = settled.filter(({ _id }) => intents.some((intent) => intent._id === _id));
  const [one] = decided;
  if (one === undefined) return 'done';
  try {
    await settleParent(context, kind, one, { signal, meter: createMeter() });
    return 'done';
  } catch (error) {
    return signal.aborted ? 'done' : judgeFailedLook(context, kind, decided, error);
  }
}

/** What passes is tried again later; what does not is parked, with why. @throws what is no fault of the request */
async function judgeFailedLook(
  context: SyncContext,
  kind: EntityKind,
  decided: readonly IntentDocument[],
  error: unknown,
): Promise<Settlement> {
  if (!(error instanceof SyncError)) throw error;
  context.log.warn({ kind: kind.name, code: error.code }, `could not look up what was left open: ${error.message}`);
  if (actions[error.category] === 'stop_run') return 'refused';
  if (isForLater(error)) return 'unreachable';
  for (const intent of decided) await parkAlone(context, kind, intent, unreadReason(toErrorRecord(error)));
  return 'done';
}

async function promoteLeftOver(context: SyncContext, kind: EntityKind, intent: IntentDocument): Promise<void> {
  const { run_id: runId, _id: subject } = intent;
  const task = await context.store.tasks.of({ run_id: runId, kind: kind.name, action: 'create', subject });
  const promoter = { runId, taskId: task?._id ?? '', counts: createMeter().counts() };
  const about = { kind: kind.name, local: subject, remote: intent.remote_id };
  try {
    await promoteCreated(context, kind, intent, promoter);
    context.log.info(about, 'promoted what a run had left behind');
  } catch (error) {
    if (context.isPassing(error)) throw error;
    // The others are not to wait for it.
    context.log.error({ ...about, err: error }, 'could not promote what a run had left behind');
    await parkAlone(context, kind, intent, toErrorRecord(error));
  }
}
