import { type ErrorRecord, isUnderWay, type KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { concernedKinds } from '../concerned-kinds.ts';
import type { SyncContext } from '../context.ts';
import { onlyPlans } from './planning.ts';
import { selectLocals } from './select.ts';

const batchSize = 500;

/**
 * Tells each entity that a stopped export has not come to why: the run failed as a whole. Nothing is noted of a run that
 * a person cancelled, nor of one that has only planned as yet. Again it changes nothing.
 */
export async function noteStop(context: SyncContext, run: RunDocument): Promise<void> {
  const { stop, error } = run;
  if (run.operation !== 'export' || onlyPlans(run) || stop?.reason !== 'failed' || error === null) return;
  for (const kind of concernedKinds(run)) {
    let batch: string[] = [];
    for await (const id of untouched(context, run, kind)) {
      batch.push(id);
      if (batch.length < batchSize) continue;
      await noteBatch(context, run, kind, batch, error);
      batch = [];
    }
    await noteBatch(context, run, kind, batch, error);
  }
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
  { category, message, remedy }: ErrorRecord,
): Promise<void> {
  if (ids.length === 0) return;
  const { intents, locals } = context.store;
  const sent = new Set((await intents.many(ids)).filter(isUnderWay).map(({ _id }) => _id));
  const why = remedy === null ? message : `${message} ${remedy}`;
  const errors = ids.map((id) => {
    const what = sent.has(id)
      ? 'Sent, and what became of it is found out by itself; the run was stopped'
      : 'Not sent: the run was stopped';
    return { id, error: { message: `${what}: ${why}`, category, run_id: run._id } };
  });
  await locals.recordErrors(kind, errors);
}
