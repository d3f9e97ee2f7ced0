import { actions, type EntityKind, kinds, SyncError, toErrorRecord } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { createMeter, type SyncContext } from '../context.ts';
import { isAllowed, looseOf, openExports } from './in-hand.ts';
import { nameScope } from './name-scope.ts';
import { parkAlone, unreadReason } from './park.ts';
import { promoteCreated } from './promote-intent.ts';
import { listedScope, settleParent } from './settle-parent.ts';
import { settleMsOf } from './times.ts';

/** `unreachable`, `refused`: the API cannot be asked now; to go on at once is of no use. */
export type Settlement = 'done' | 'unreachable' | 'refused';

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
  for (const group of Map.groupBy(loose, ({ kind, parents }) => nameScope(kinds[kind], parents)).values()) {
    const settlement = signal.aborted ? 'done' : await settleGroup(context, group, signal);
    if (settlement !== 'done') return settlement;
  }
  const isFree = loose.length > 0 && runs.length === 0;
  if (isFree) await names.forgetEnded((await intents.open()).map(({ _id }) => _id));
  return 'done';
}

/** @param group intents of one kind under one parent */
async function settleGroup(
  context: SyncContext,
  group: readonly IntentDocument[],
  signal: AbortSignal,
): Promise<Settlement> {
  const [first] = group;
  if (first === undefined) return 'done';
  const { intents } = context.store;
  for (const { _id, state } of group) if (state === 'sending') await intents.expire(_id);
  const settlement = await lookUpGroup(context, kinds[first.kind], group, signal);
  for (const intent of await intents.many(group.map(({ _id }) => _id))) {
    if (intent.state === 'created') await promoteLeftOver(context, kinds[intent.kind], intent);
  }
  return settlement;
}

async function lookUpGroup(
  context: SyncContext,
  kind: EntityKind,
  group: readonly IntentDocument[],
  signal: AbortSignal,
): Promise<Settlement> {
  const [first] = group;
  const scope = first === undefined ? {} : listedScope(kind, first);
  const settled = await context.store.intents.settled(kind.name, scope, settleMsOf(context.limits));
  const decided = settled.filter(({ _id }) => group.some((intent) => intent._id === _id));
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
  switch (actions[error.category]) {
    case 'stop_run':
      return 'refused';
    case 'retry':
    case 'wait':
      return 'unreachable';
    default:
      for (const intent of decided) await parkAlone(context, kind, intent, unreadReason(toErrorRecord(error)));
      return 'done';
  }
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
