import { cleanPayload, compareFields, type ErrorRecord, kinds, ownFields } from '@broadstreet-sync/domain';
import type { LinkOutcome, RunDocument, TaskDocument } from '@broadstreet-sync/store';
import { createMeter, over, type SyncContext, type TaskOutcome } from '../context.ts';

type Refusal = Exclude<LinkOutcome, { outcome: 'linked' }>;

/**
 * Takes a remote entity for a local one, as the policy of the run decided: still only where all that is given is equal. No
 * request is made; again it changes nothing.
 */
export async function linkEntity(context: SyncContext, run: RunDocument, task: TaskDocument): Promise<TaskOutcome> {
  const { store } = context;
  const kind = kinds[task.kind];
  const key = task.target ?? '';
  const draft = await store.locals.get(kind.name, task.subject);
  const remote = await store.production.get(kind.name, key);
  const expected = draft === null ? {} : ownFields(kind, draft);
  const fields = remote === null ? [] : compareFields(kind, cleanPayload(kind, expected), remote);
  const isExact = draft === null || fields.every(({ is_equal }) => is_equal === true);
  const linking = { kind, localId: task.subject, key, runId: run._id, expected, keepLocal: false };
  const outcome = isExact ? await store.link(linking) : 'differs';
  if (outcome !== 'differs' && outcome.outcome === 'linked') {
    const result = { remote_id: key, sent_name: null };
    await store.tasks.end(task._id, null, { state: 'completed', result }, createMeter().counts());
    return over;
  }
  const error = refusalOf(outcome, key);
  const { message, category } = error;
  await store.locals.recordErrors(kind.name, [{ id: task.subject, error: { message, category, run_id: run._id } }]);
  await store.tasks.end(task._id, null, { state: 'failed', error }, createMeter().counts());
  return { next: 'over', failure: message };
}

const reasons: Readonly<Record<Refusal['outcome'] | 'differs', string>> = {
  differs: 'it is no longer equal to it',
  edited: 'it was edited in the meantime',
  not_local: 'it is not here any more',
  not_remote: 'that is not known any more',
  being_removed: 'that is to be deleted',
  taken: 'another local entity has become that',
  other_parent: 'that hangs on another parent',
  being_exported: 'a create whose outcome is open may have made that',
};

function refusalOf(outcome: Refusal | 'differs', key: string): ErrorRecord {
  const reason = reasons[outcome === 'differs' ? outcome : outcome.outcome];
  return {
    category: 'conflict',
    code: 'not_linked',
    message: `Was to be linked to ${key}, but ${reason}.`,
    remedy: 'Export again: it is planned as things are then.',
  };
}
