import {
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  noChanges,
  RemoteError,
  valuesOf,
} from '@broadstreet-sync/domain';
import type { ProductionDocument, TaskEnd, TaskResult } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { putBack } from '../end-attempt.ts';
import { openFields } from '../merge/merge-edits.ts';
import { undecided } from '../merge/undecided.ts';
import { updateRequest } from '../requests.ts';
import { whyNotWritten } from './existing.ts';
import { ignoredFields, mergeUpdate, planUpdate, type UpdatePlan, updateBody } from './plan-update.ts';
import { readOne } from './read-one.ts';
import { type SentWrite, sendWrite } from './send-write.ts';
import {
  claimedWrite,
  claimOf,
  endFailedWrite,
  endRefusedWrite,
  noteWriteError,
  type WritePass,
} from './write-pass.ts';

/** What was compared, and what the API has now. */
interface Updated {
  readonly seen: ProductionDocument;
  readonly plan: UpdatePlan;
  readonly row: EntityFields;
  /** Fields that the API took and did not change. */
  readonly ignored: readonly string[];
}

/**
 * Exports the edits of an entity: reads it, compares, sends what changed, and keeps the answer. Done again after a crash
 * it finds what it has sent, and sends no more.
 */
export async function updateEntity(context: SyncContext, pass: WritePass): Promise<TaskOutcome> {
  const { kind, task } = pass;
  const seen = await context.store.production.get(kind.name, task.subject);
  if (seen === null || seen.sync.edited.length === 0 || seen.sync.deletion !== undefined) {
    return endRefusedWrite(context, pass, 'skipped', needless(kind, seen));
  }
  const error = whyNotWritten(context, kind, seen);
  if (error !== null) return endRefusedWrite(context, pass, 'failed', error);
  try {
    const row = await readOne(context, kind, seen, { meter: pass.meter, signal: pass.signal });
    if (row === null) return await endRefusedWrite(context, pass, 'failed', gone(kind, seen));
    const plan = planUpdate(kind, seen, row, pass.run.conflicts);
    if (Object.keys(plan.changes).length === 0) return await settle(context, pass, { seen, plan, row, ignored: [] });
    const sent = await put(context, pass, seen, row, plan);
    if ('retryInMs' in sent) {
      const wait = { delayMs: sent.retryInMs, failedAttempt: false };
      return await putBack(context, task, wait, pass.meter.counts());
    }
    const answer = sent.answer ?? {};
    return await settle(context, pass, { seen, plan, row: answer, ignored: ignoredFields(kind, plan, row, answer) });
  } catch (error) {
    return endFailedWrite(context, pass, error);
  }
}

/** Stores what is about to be sent, and sends it. */
async function put(
  context: SyncContext,
  pass: WritePass,
  seen: ProductionDocument,
  row: EntityFields,
  plan: UpdatePlan,
): Promise<SentWrite> {
  const { kind } = pass;
  if (kind.update === null) throw new Error(`${kind.name} cannot be updated`);
  const { envelope } = kind.update;
  const body = updateBody(kind, row, plan);
  const request = { ...updateRequest(kind, seen, body), envelope, answers: 'row' as const, row: kind.row };
  const values = valuesOf(seen, Object.keys(plan.changes));
  const claim = claimOf(pass);
  const { sentEdits } = context.store;
  const forget = (): Promise<void> => sentEdits.refused(kind.name, seen, claim);
  const store = (): Promise<boolean> => sentEdits.sending(kind.name, seen, values, claim);
  return sendWrite(context, pass, request, { store, forget }).catch(async (error: unknown) => {
    if (error instanceof RemoteError && error.outcome !== 'unknown') await forget();
    throw error;
  });
}

/** Keeps what the API has now as the base, and ends the task; what was edited meanwhile stays edited. */
async function settle(context: SyncContext, pass: WritePass, updated: Updated): Promise<TaskOutcome> {
  const { kind } = pass;
  const { seen, plan, row, ignored } = updated;
  const open = openFields(plan.conflicts);
  const error = errorOf(kind, seen, Object.keys(open), ignored);
  const finder = { run_id: pass.run._id, at: await context.store.now() };
  const outcome = { seen, row, open, ignored, finder };
  const isEnded = await context.store.settleUpdate({
    ...claimedWrite(pass),
    end: endOf(kind, updated, error),
    merge: (current) => mergeUpdate(kind, outcome, current),
  });
  context.reach('after_settlement');
  if (!isEnded || error === null) return over;
  await noteWriteError(context, pass, error);
  return { next: 'over', failure: error.message };
}

function endOf(kind: EntityKind, { seen, plan, row }: Updated, error: ErrorRecord | null): TaskEnd {
  const sent = Object.keys(plan.changes);
  const name = kind.unique[0] === undefined ? undefined : row[kind.unique[0]];
  const result: TaskResult = {
    remote_id: seen._id,
    local_id: seen.sync.original_local_id ?? null,
    name: typeof name === 'string' ? name : null,
    sent,
    conflicts: [...plan.conflicts],
    // Also where nothing had to be sent any more: what was sent before a crash is part of what the run did.
    changes: {
      ...noChanges,
      updated: error === null || sent.length > 0 ? 1 : 0,
      conflicts: plan.conflicts.length > 0 ? 1 : 0,
    },
  };
  return error === null ? { state: 'completed', result } : { state: 'failed', error, result };
}

function errorOf(
  kind: EntityKind,
  { _id }: ProductionDocument,
  open: readonly string[],
  ignored: readonly string[],
): ErrorRecord | null {
  if (open.length > 0) return undecided(kind, _id, open);
  if (ignored.length === 0) return null;
  const message = `Broadstreet took the update of the ${kind.singular} ${_id} and left ${ignored.join(', ')} as it was.`;
  const remedy = 'Change it in Broadstreet itself, or take the edit back.';
  return { category: 'contract', code: 'update_ignored', message, remedy };
}

function needless(kind: EntityKind, seen: ProductionDocument | null): ErrorRecord {
  const why = seen === null ? 'is not there any more' : 'has no edit that is to be sent any more';
  const message = `The ${kind.singular} ${why}.`;
  return { category: 'validation', code: 'nothing_to_update', message, remedy: null };
}

function gone(kind: EntityKind, { _id }: ProductionDocument): ErrorRecord {
  const message = `Broadstreet knows the ${kind.singular} ${_id} no more: its edit cannot be sent.`;
  const remedy = `Import ${kind.name}, which removes it here too.`;
  return { category: 'dependency', code: 'not_found', message, remedy };
}
