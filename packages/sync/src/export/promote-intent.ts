import { asRead, type EntityFields, type EntityKind, remotePart } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { contentHash, withAncestors } from '../row.ts';
import type { CreatePass } from './create-entity.ts';

/** Moves what was created from local to production. */
export async function promoteIntent(
  context: SyncContext,
  { kind, run, task, meter }: CreatePass,
  intent: IntentDocument,
): Promise<TaskOutcome> {
  const key = intent.remote_id;
  const isWhole = isWholeRow(kind, intent);
  if (key === null) throw new Error(`intent ${intent._id} is created and has no remote id`);
  await context.store.promote({
    kind,
    localId: intent._id,
    runId: run._id,
    sentBy: intent.run_id,
    taskId: task._id,
    key,
    entity: createdEntity(kind, intent, key, isWhole),
    ancestors: intent.ancestors,
    hash: isWhole ? contentHash(withAncestors(intent.answer ?? {}, intent.ancestors)) : null,
    sentName: intent.sent_name,
    counts: meter.counts(),
  });
  context.reach('after_promotion');
  return over;
}

function isWholeRow(kind: EntityKind, { answer }: IntentDocument): boolean {
  return kind.create.answers === 'row' && answer !== null && kind.row.safeParse(answer).success;
}

/**
 * The entity as reads will show it: what was sent, and what the API answered; of an answer that is no whole row only the
 * fields that lists have.
 */
function createdEntity(kind: EntityKind, intent: IntentDocument, key: string, isWhole: boolean): EntityFields {
  const answer = Object.entries(remotePart(intent.answer ?? {}));
  const answered = isWhole ? answer : answer.filter(([field]) => field in kind.row.shape);
  const id = kind.identity.includes('id') ? { id: Number(key) } : intent.parents;
  return { ...asRead(kind, intent.payload), ...Object.fromEntries(answered), ...id };
}
