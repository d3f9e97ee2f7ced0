import { asRead, type EntityFields, type EntityKind, type RequestCounts, remotePart } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { over, type SyncContext, type TaskOutcome } from '../context.ts';
import { contentHash, withAncestors } from '../row.ts';
import type { CreatePass } from './create-entity.ts';

/** In whose name a promotion is made. */
export interface Promoter {
  readonly runId: string;
  /** Ended with it, if it is open. */
  readonly taskId: string;
  readonly counts: RequestCounts;
}

/** Moves what was created from local to production, and ends its task. */
export async function promoteIntent(
  context: SyncContext,
  { kind, run, task, meter }: CreatePass,
  intent: IntentDocument,
): Promise<TaskOutcome> {
  await promoteCreated(context, kind, intent, { runId: run._id, taskId: task._id, counts: meter.counts() });
  context.reach('after_promotion');
  return over;
}

/** Moves what was created from local to production; again it changes nothing. */
export async function promoteCreated(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  promoter: Promoter,
): Promise<void> {
  const key = intent.remote_id;
  const isWhole = isWholeRow(kind, intent);
  if (key === null) throw new Error(`intent ${intent._id} is created and has no remote id`);
  await context.store.promote({
    kind,
    localId: intent._id,
    ...promoter,
    sentBy: intent.run_id,
    key,
    entity: createdEntity(kind, intent, key, isWhole),
    ancestors: intent.ancestors,
    hash: isWhole ? contentHash(withAncestors(intent.answer ?? {}, intent.ancestors)) : null,
    sentName: intent.sent_name,
    beforeCommit: () => context.reach('inside_promotion'),
  });
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
