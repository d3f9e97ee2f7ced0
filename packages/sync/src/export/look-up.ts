import { type EntityFields, type EntityKind, entityKey, normaliseName } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { endFailedRead, putBack } from '../end-attempt.ts';
import { readList } from '../list-call.ts';
import { withAncestors } from '../row.ts';
import type { CreatePass } from './create-entity.ts';
import { nameScope } from './name-scope.ts';
import { noteError } from './refuse.ts';

const busyMs = 500;

/**
 * Finds out what became of creates whose answers were lost: once their outcome is surely decided, one list of the parent
 * settles all of them. What is there is adopted; what is not is sent again.
 */
export async function lookUp(context: SyncContext, pass: CreatePass, intent: IntentDocument): Promise<TaskOutcome> {
  const { intents, locks } = context.store;
  const settleMs = context.limits.timeoutMs + context.limits.settleMs;
  const waitMs = await intents.untilSettledMs(intent._id, settleMs);
  if (waitMs > 0) return again(context, pass, waitMs);
  const lock = `look:${nameScope(pass.kind, intent.parents)}`;
  if (!(await locks.take(lock, intent._id, context.limits.timeoutMs + busyMs))) return again(context, pass, busyMs);
  try {
    // Another's look may have settled this one while it waited for the lock.
    const open = await intents.settled(pass.kind.name, scopeOf(pass.kind, intent), settleMs);
    if (open.some(({ _id }) => _id === intent._id)) {
      const call = { meter: pass.meter, signal: pass.signal };
      const rows = await readList(context, pass.kind, { ...intent.ancestors, ...intent.parents }, call, true);
      await settleAll(
        context,
        pass.kind,
        open,
        rows.map((row) => withAncestors(row, scopeOf(pass.kind, intent))),
      );
    }
  } catch (error) {
    // Awaited, or what it throws is nobody's when the release of the lock throws too.
    return await endFailedRead(context, pass.task, error, pass.meter.counts(), (record) =>
      noteError(context, pass, record),
    );
  } finally {
    await locks.release(lock, intent._id);
  }
  return again(context, pass, 0);
}

function again(context: SyncContext, { task, meter }: CreatePass, delayMs: number): Promise<TaskOutcome> {
  return putBack(context, task, { delayMs, failedAttempt: false }, meter.counts());
}

/** Ids of the parents that one list covers. */
function scopeOf(kind: EntityKind, intent: IntentDocument): Record<string, number> {
  const [field] = kind.lineage === undefined ? [] : Object.keys(intent.ancestors).slice(-1);
  const id = field === undefined ? undefined : intent.ancestors[field];
  return field === undefined || id === undefined ? {} : { [field]: id };
}

/** Gives each intent the oldest row that can be its own, or puts it back. */
async function settleAll(
  context: SyncContext,
  kind: EntityKind,
  open: readonly IntentDocument[],
  rows: readonly EntityFields[],
): Promise<void> {
  const { intents } = context.store;
  const keyed = rows.map((row) => ({ key: entityKey(kind, row), row })).sort((a, b) => Number(a.key) - Number(b.key));
  const owned = await intents.owned(
    kind.name,
    keyed.map(({ key }) => key),
  );
  // An id is given once; a kind that is what its parents are may have been here before, and been removed since.
  const isFree = (key: string): boolean => !kind.identity.includes('id') || !owned.has(key);
  for (const intent of open) {
    const mine = keyed.find(({ key, row }) => isFree(key) && isOf(kind, intent, key, row));
    if (mine === undefined) {
      await intents.backToPlanned(intent._id, intent.fence);
      continue;
    }
    owned.add(mine.key);
    await intents.created(intent._id, intent.fence, mine.key, mine.row);
    context.log.info(
      { kind: kind.name, local: intent._id, remote: mine.key },
      'adopted what a lost answer had created',
    );
  }
}

/** Says whether a row can be what an intent created: its parents, or its name under an id that was not there before. */
function isOf(kind: EntityKind, intent: IntentDocument, key: string, row: EntityFields): boolean {
  if (!kind.identity.includes('id')) return key === entityKey(kind, intent.parents);
  const [field] = kind.unique;
  const name = field === undefined ? undefined : row[field];
  if (typeof name !== 'string' || intent.sent_name === null || intent.before_ids.includes(key)) return false;
  return normaliseName(name) === normaliseName(intent.sent_name);
}
