import { actions, hasEnded, kindNames, kinds, SyncError } from '@broadstreet-sync/domain';
import type { IntentDocument, PlannedTask } from '@broadstreet-sync/store';
import { createMeter, type SyncContext } from '../context.ts';
import { sumTasks, syncLogs } from '../sum-tasks.ts';
import { isAllowed, looseOf, openExports } from './in-hand.ts';
import { lineageKey } from './name-scope.ts';
import { isForLater } from './park.ts';
import { type ParentGroup, perParent, type Settlement } from './per-parent.ts';
import { afterAll, titleOf } from './plan-sweeps.ts';
import { endOfSweep } from './report-sweep.ts';
import type { FoundRow } from './settle-strays.ts';
import { sweepParent } from './sweep-parent.ts';

/** After which a parent is looked at again whose list is not what the API promises. */
const brokenListMs = 600_000;

/** Says whether runs have left anything that may be settled: one question to the store, asked often. */
export async function hasLeftOver({ store }: SyncContext): Promise<boolean> {
  const open = await store.intents.open();
  return open.some(({ state }) => state !== 'parked') || (await store.strays.due()).length > 0;
}

/**
 * Looks at parents in which runs that are over may have left a row too many: their own sweep was cut short, or a process
 * that had been overtaken sent something when it was done. What it finds is added to the errors and tasks of that run.
 *
 * @param signal aborted when the process is to stop
 */
export async function sweepLeftOver(context: SyncContext, signal: AbortSignal): Promise<Settlement> {
  const due = (await context.store.strays.due()).filter((intent) => isAllowed(context, intent));
  if (due.length === 0) return 'done';
  const runs = await openExports(context);
  const left = due.filter(({ run_id }) => !runs.some(({ _id }) => _id === run_id));
  const loose = await looseOf(context, runs, left);
  return perParent(loose, signal, (group) => sweepGroup(context, group, signal));
}

async function sweepGroup(
  context: SyncContext,
  { kind, first, intents }: ParentGroup,
  signal: AbortSignal,
): Promise<Settlement> {
  const sweep = { context, kind, runId: first.run_id, call: { signal, meter: createMeter() } };
  try {
    const findings = await sweepParent(sweep, first);
    if (findings === null) return 'done';
    await report(context, first, findings.found);
    await findings.close();
    return 'done';
  } catch (error) {
    return signal.aborted ? 'done' : judgeFailedSweep(context, intents, error);
  }
}

/**
 * Adds what a run has not said itself, before it died of something else. One that had succeeded has not where something is
 * left; its SyncLog says so too.
 */
async function report(context: SyncContext, intent: IntentDocument, found: readonly FoundRow[]): Promise<void> {
  const { tasks } = context.store;
  const subject = lineageKey(kinds[intent.kind], intent.parents);
  const news: PlannedTask[] = [];
  for (const row of found) {
    const own = await tasks.of({ run_id: row.runId, kind: intent.kind, action: 'sweep', subject });
    const known = [...(own?.result?.removed ?? []), ...(own?.result?.left ?? [])];
    if (!known.includes(row.key)) news.push(reportOf(intent, row));
  }
  await tasks.plan(news);
  const left = found.filter(({ why }) => why !== null).map(({ runId }) => runId);
  for (const runId of new Set(left)) await reportLacking(context, runId);
}

async function reportLacking(context: SyncContext, runId: string): Promise<void> {
  const { logs, runs } = context.store;
  const run = await runs.foundLacking(runId);
  if (run === null || !hasEnded(run.status)) return;
  const { items } = await logs.list({ run_id: runId }, 0, kindNames.length);
  const durations = new Map(items.map((log) => [log.entity_type, log.duration]));
  const records = syncLogs(run, run.status, await sumTasks(context, run));
  // How long the run took is no matter of when this was found.
  await logs.write(records.map((log) => ({ ...log, duration: durations.get(log.entity_type) ?? log.duration })));
}

/** A task that has ended: it says in the run what has come of it since. Reported again it is the same. */
function reportOf(intent: IntentDocument, row: FoundRow): PlannedTask {
  const kind = kinds[intent.kind];
  const subject = lineageKey(kind, intent.parents);
  return {
    run_id: row.runId,
    kind: kind.name,
    action: 'sweep',
    subject: `${subject}-${row.key}`,
    title: titleOf(kind, subject),
    parents: { ...intent.ancestors, ...intent.parents },
    counted: false,
    order: afterAll,
    ...endOfSweep(kind, [row], []),
  };
}

/** @throws what is no fault of the request */
async function judgeFailedSweep(
  context: SyncContext,
  group: readonly IntentDocument[],
  error: unknown,
): Promise<Settlement> {
  if (!(error instanceof SyncError)) throw error;
  if (actions[error.category] === 'stop_run') return 'refused';
  if (isForLater(error)) return 'unreachable';
  for (const { _id } of group) await context.store.strays.postpone(_id, brokenListMs);
  context.log.warn({ code: error.code }, `could not look for late commits: ${error.message}`);
  return 'done';
}
