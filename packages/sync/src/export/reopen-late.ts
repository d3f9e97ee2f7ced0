import { type EntityKind, normaliseName, ownFields } from '@broadstreet-sync/domain';
import type { IntentDocument, RunDocument, WrittenOff } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { contentHash } from '../row.ts';
import { freeListedIds } from './listed-ids.ts';
import { refuseUndecided } from './lookalike.ts';
import { nameKey, nameScope } from './name-scope.ts';
import { onlyPlans } from './planning.ts';
import { type Candidate, isToCreate } from './prepare.ts';
import { fittingRows, freeRows } from './settle-parent.ts';
import { isAsSent, type KeyedRow, writtenOffOf } from './traces.ts';

/**
 * Looks again for what an earlier request of a candidate may have made after all, instead of making it under another
 * name: nobody has looked for it since it must have come, its draft is as it was sent, and a row bears the name that it
 * was sent under. Where rows have no name, nothing but a look can tell. A run that only plans changes nothing: it shows
 * that it would look. One that was left to a person is refused until they have decided.
 */
export async function reopenLate(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const settled: Candidate[] = [];
  for (const candidate of candidates) {
    const late = isToCreate(candidate) ? await findLate(context, run, kind, candidate) : null;
    const reopened = late === null ? null : await reopenIn(context, run, kind, late);
    if (reopened !== null) settled.push({ ...candidate, intent: reopened });
    else settled.push(await refuseUndecided(context, run, kind, candidate));
  }
  return settled;
}

/**
 * Looks again for what an earlier request of an intent may have made after all, where the API refuses its name: the row
 * that has it may be its own, come late. Only one that is as it was sent: somebody else may have been faster.
 *
 * @param intent planned anew, with the fields that it was refused with
 * @param rows of its parent's list
 * @returns null where it is somebody else's
 */
export async function reopenRefused(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  rows: readonly KeyedRow[],
): Promise<IntentDocument | null> {
  const same = writtenOffOf(intent).filter(({ content }) => content === intent.content);
  // Looked at since: whatever has come after that is somebody else's.
  if (same.length === 0 || (intent.sweep_after ?? null) === null) return null;
  const free = await freeRows(context, kind, rows);
  const asSent = free.filter((row) => isAsSent(kind, intent, row));
  for (const sent of same) {
    const later = asSent.filter(({ key }) => !sent.before_ids.includes(key));
    const own = await fittingRows(context, kind, { ...intent, ...namedAs(kind, intent, sent) }, later);
    if (own.length > 0) return reopen(context, kind, intent, sent);
  }
  return null;
}

/** Makes an intent one of unknown outcome again, under the name that it was sent with. */
export function reopen(
  { store }: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  sent: WrittenOff,
): Promise<IntentDocument | null> {
  return store.intents.reopen(intent._id, namedAs(kind, intent, sent));
}

/** What an intent said when it was sent under a name; null where its kind has none. */
function namedAs(kind: EntityKind, intent: IntentDocument, { name }: WrittenOff) {
  const [field] = kind.unique;
  if (field === undefined || name === null) return null;
  return {
    sent_name: name,
    name_key: nameKey(nameScope(kind, intent.parents), normaliseName(name)),
    payload: { ...intent.payload, [field]: name },
  };
}

interface Late {
  readonly intent: IntentDocument;
  readonly sent: WrittenOff;
}

async function reopenIn(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { intent, sent }: Late,
): Promise<IntentDocument | null> {
  if (!onlyPlans(run)) return reopen(context, kind, intent, sent);
  return { ...intent, ...namedAs(kind, intent, sent), state: 'ambiguous' };
}

async function findLate(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { intent, entity }: Candidate,
): Promise<Late | null> {
  // Looked at since: whatever has come after that is somebody else's.
  if (intent === null || (intent.sweep_after ?? null) === null) return null;
  const content = contentHash(ownFields(kind, entity));
  const same = writtenOffOf(intent).filter((sent) => sent.content === content);
  const [any] = same;
  if (any !== undefined && !kind.identity.includes('id')) return { intent, sent: any };
  for (const sent of same) {
    const ids = await freeListedIds(context, run, kind, { parents: intent.parents, name: sent.name });
    if (ids.some((id) => !sent.before_ids.includes(id))) return { intent, sent };
  }
  return null;
}
