import { type EntityKind, type ErrorRecord, normaliseName } from '@broadstreet-sync/domain';
import type { IntentDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { remoteIds } from './keep-plan.ts';
import { freeListedIds } from './listed-ids.ts';
import { type Candidate, isToCreate, wishedName } from './prepare.ts';
import { lateMsOf } from './times.ts';
import { differsIn, type KeyedRow } from './traces.ts';

/**
 * Leaves a create to a person that was sent and not answered: rows have its name since, and none is as it was sent. One of
 * them may be somebody else's, to adopt which would drop what was to be created; or its own, beside which no second one
 * must be made.
 */
export async function leaveToPerson(
  { store, limits }: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  [first, ...more]: readonly [KeyedRow, ...KeyedRow[]],
): Promise<void> {
  const error = lookalikeError(kind, intent, first.key, differsIn(kind, intent, first));
  const keys: readonly [string, ...string[]] = [first.key, ...more.map(({ key }) => key)];
  const parked = await store.intents.dispute(intent._id, intent.fence, { others: keys, error }, lateMsOf(limits));
  if (parked === null) return;
  const { message, category } = error;
  const noted = { message, category, run_id: intent.run_id };
  await store.locals.recordErrors(kind.name, [{ id: intent._id, error: noted }]);
}

/**
 * Refuses what was left to a person who has not decided yet: the draft still has the name, and so has that row. Linked, or
 * under another name, nothing keeps it.
 */
export async function refuseUndecided(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidate: Candidate,
): Promise<Candidate> {
  const { intent, resolved } = candidate;
  const key = intent?.lookalike;
  if (intent === null || key === undefined || resolved === null || !isToCreate(candidate)) return candidate;
  const isRenamed = normaliseName(wishedName(kind, candidate) ?? '') !== normaliseName(intent.name ?? '');
  const place = { parents: remoteIds(resolved.parents), name: intent.sent_name };
  if (isRenamed || !(await freeListedIds(context, run, kind, place)).includes(key)) return candidate;
  return { ...candidate, refusal: { state: 'failed', error: lookalikeError(kind, intent, key, []), from: null } };
}

function lookalikeError(
  { singular }: EntityKind,
  { sent_name: name }: IntentDocument,
  key: string,
  fields: readonly string[],
): ErrorRecord {
  const differs = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  return {
    category: 'conflict',
    code: 'lookalike',
    message: `It was sent, and its answer was lost. Since then Broadstreet has the ${singular} ${key}, ${JSON.stringify(name)}, which is not as it was sent${differs}: that may be this one, or somebody else's.`,
    remedy: `Look at ${key} in Broadstreet. If it is this one, import it and link this one to it; else give this one another name and export again.`,
  };
}
