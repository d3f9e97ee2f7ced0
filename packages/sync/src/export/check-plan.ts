import {
  appeared,
  deviationOf,
  type ErrorRecord,
  type PlanChange,
  type PlanDecision,
  planOutdated,
  vanished,
} from '@broadstreet-sync/domain';
import type { PlanItemDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** Changes past this many are not looked for: one is enough. */
const mostChanges = 20;

/** Compares two plans, entity by entity. Both are read in the same order. */
async function comparePlans({ store }: SyncContext, planId: string, runId: string): Promise<PlanChange[]> {
  const changes: PlanChange[] = [];
  const now = store.plans.entities(runId)[Symbol.asyncIterator]();
  let next = await now.next();
  const addedBefore = async (planned: PlanItemDocument | null): Promise<void> => {
    while (next.done !== true && (planned === null || isBefore(next.value, planned))) {
      changes.push(appeared(next.value));
      next = await now.next();
    }
  };
  for await (const planned of store.plans.entities(planId)) {
    await addedBefore(planned);
    const { kind, subject } = planned;
    const isThere = next.done !== true && next.value.kind === kind && next.value.subject === subject;
    const change = isThere ? deviationOf(planned, next.value) : vanished(planned);
    if (isThere) next = await now.next();
    if (change !== null) changes.push(change);
    if (changes.length >= mostChanges) return changes;
  }
  await addedBefore(null);
  return changes;
}

function isBefore(one: PlanItemDocument, other: PlanItemDocument): boolean {
  return one.kind === other.kind ? one.subject < other.subject : one.kind < other.kind;
}

/**
 * Holds what a run has planned to the plan that it is to carry out, and stops it where they differ: nothing has been sent
 * yet, and nothing will be.
 *
 * @returns true when the plan holds
 */
export async function checkPlan(context: SyncContext, run: RunDocument, planId: string): Promise<boolean> {
  const changes = await comparePlans(context, planId, run._id);
  if (changes.length === 0) return true;
  await stopOutdated(context, run, planId, changes);
  return false;
}

/** Stops a run whose plan has been overtaken by what has changed here, before it asks Broadstreet anything. */
export async function checkLocally(context: SyncContext, run: RunDocument, planId: string): Promise<void> {
  const plan = await context.store.runs.get(planId);
  const changes = plan === null ? [] : await context.store.changesSince(plan, mostChanges);
  if (changes.length > 0) await stopOutdated(context, run, planId, changes);
}

/**
 * Stops a run in the middle of carrying out a plan, where what it would send next is other than planned.
 *
 * @param decisions about what is to be created or linked now
 * @returns true when all of it is as planned
 */
export async function keepsToPlan(
  context: SyncContext,
  run: RunDocument,
  planId: string,
  decisions: readonly PlanDecision[],
): Promise<boolean> {
  const [first] = decisions;
  if (first === undefined) return true;
  const ids = decisions.map(({ subject }) => subject);
  const decided = await context.store.plans.decided(run._id, first.kind, ids);
  const planned = new Map(decided.map((item) => [item.subject, item]));
  const changes = decisions.flatMap((now) => {
    const before = planned.get(now.subject);
    return (before === undefined ? null : deviationOf(before, now)) ?? [];
  });
  if (changes.length === 0) return true;
  await stopOutdated(context, run, planId, changes);
  return false;
}

/** Stops a run whose plan does not hold any more. @returns why */
export async function stopOutdated(
  { store, log }: SyncContext,
  run: RunDocument,
  planId: string,
  changes: readonly PlanChange[],
): Promise<ErrorRecord> {
  const error = planOutdated(planId, changes);
  log.warn({ run: run._id, plan: planId }, error.message);
  await store.runs.requestStop(run._id, 'failed', error);
  return error;
}
