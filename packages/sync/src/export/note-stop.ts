import { type ErrorRecord, isUnderWay, type KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { concernedKinds } from '../concerned-kinds.ts';
import type { SyncContext } from '../context.ts';
import { onlyPlans } from './planning.ts';
import { selectLocals } from './select.ts';

const batchSize = 500;

/** Why an entity hears of a stop. */
type Stop = Pick<ErrorRecord, 'category' | 'message' | 'remedy'> & { readonly isForAll: boolean };

const cancelled: Stop = { category: 'internal', message: 'it was cancelled.', remedy: null, isForAll: false };

/**
 * Tells each entity that a stopped export has not come to why: the run failed as a whole. Of one that a person cancelled
 * it is told to those that were sent, of which it is not known yet what became of them. Nothing is noted of a run that has
 * only planned as yet. Again it changes nothing.
 */
export async function noteStop(context: SyncContext, run: RunDocument): Promise<void> {
  const { stop, error } = run;
  if (run.operation !== 'export' || onlyPlans(run)) return;
  if (stop?.reason === 'cancelled') return noteAll(context, run, cancelled);
  if (stop?.reason !== 'failed' || error === null) return;
  await noteAll(context, run, { ...error, isForAll: true });
  await noteWrites(context, run, error);
}

async function noteAll(context: SyncContext, run: RunDocument, why: Stop): Promise<void> {
  for (const kind of concernedKinds(run)) {
    let batch: string[] = [];
    for await (const id of untouched(context, run, kind)) {
      batch.push(id);
      if (batch.length < batchSize) continue;
      await noteBatch(context, run, kind, batch, why);
      batch = [];
    }
    await noteBatch(context, run, kind, batch, why);
  }
}

/** Edits and deletions that the run has not come to stand on their entities. */
async function noteWrites({ store }: SyncContext, run: RunDocument, why: ErrorRecord): Promise<void> {
  const { category } = why;
  for (const kind of concernedKinds(run)) {
    const open = store.tasks.each({ run_id: run._id, kind, action: { $in: ['update', 'remove'] }, ended_at: null });
    for await (const { subject } of open) {
      const message = `Not exported: the run was stopped: ${inWords(why)}`;
      await store.production.noteError(kind, subject, { message, category, run_id: run._id });
    }
  }
}

function inWords({ message, remedy }: Pick<ErrorRecord, 'message' | 'remedy'>): string {
  return remedy === null ? message : `${message} ${remedy}`;
}

/** Local `_id`s of a kind that the run was to export: its open tasks, or, where it was not planned, what it would be. */
async function* untouched(context: SyncContext, run: RunDocument, kind: KindName): AsyncIterable<string> {
  const { tasks, locals } = context.store;
  if (run.plan[kind]?.phase === 'ready') {
    const open = tasks.each({ run_id: run._id, kind, action: { $in: ['create', 'link'] }, ended_at: null });
    for await (const { subject } of open) yield subject;
    return;
  }
  for await (const { _id } of locals.inOrder(kind, await selectLocals(context, run, kind))) yield _id.toHexString();
}

async function noteBatch(
  context: SyncContext,
  run: RunDocument,
  kind: KindName,
  ids: readonly string[],
  why: Stop,
): Promise<void> {
  if (ids.length === 0) return;
  const { intents, locals } = context.store;
  const sent = new Set((await intents.many(ids)).filter(isUnderWay).map(({ _id }) => _id));
  const concerned = why.isForAll ? ids : ids.filter((id) => sent.has(id));
  const errors = concerned.map((id) => {
    const what = sent.has(id)
      ? 'Sent, and what became of it is found out by itself; the run was stopped'
      : 'Not sent: the run was stopped';
    return { id, error: { message: `${what}: ${inWords(why)}`, category: why.category, run_id: run._id } };
  });
  await locals.recordErrors(kind, errors);
}
