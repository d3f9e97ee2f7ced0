import { RemoteError, removeRequest } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { makerOf, openCreates } from './open-creates.ts';
import type { Sweep } from './sweep-parent.ts';
import { lateMsOf } from './times.ts';
import { isCertain, type KeyedRow, sentAs } from './traces.ts';
import { whyKept } from './why-kept.ts';

/** A look that comes so long after it was due proves nothing. */
const tardyMs = 600_000;

/** What became of a row beside the one that counts. */
export interface FoundRow {
  readonly localId: string;
  readonly key: string;
  readonly name: string | null;
  readonly runId: string;
  /** The one that counts; null where there is none. */
  readonly kept: string | null;
  /** Why it was not removed, in words that go on from "because"; null where it was. */
  readonly why: string | null;
}

/** Rows beside the one that counts. */
interface Beside {
  readonly strays: readonly KeyedRow[];
  /** What a parked create may have made: nothing is done about it. */
  readonly disputed: readonly KeyedRow[];
}

/**
 * Removes the rows that an intent has left beside its own, or notes why not. Each is noted before anything is done about
 * it.
 *
 * @param before the intent as it was before its parent was listed: a row that was noted since may not be in that list
 * @returns what is not reported yet of all that was ever found
 */
export async function settleStrays(
  sweep: Sweep,
  before: IntentDocument,
  { strays, disputed }: Beside,
): Promise<FoundRow[]> {
  const { context, runId } = sweep;
  const { _id: id } = before;
  const all = [...strays, ...disputed];
  for (const { key, row } of all) {
    const name = typeof row.name === 'string' ? row.name : null;
    await context.store.strays.note(id, { key, name, run_id: runId, is_certain: false });
  }
  const intent = await context.store.intents.get(id);
  if (intent === null) return [];
  await settleGone(sweep, { ...intent, strays: before.strays ?? [] }, all);
  for (const { key } of disputed) await context.store.strays.settle(id, key, 'left', whyDisputed);
  const uncertain = strays.filter(({ key }) => !isCertain(intent, key));
  const now = await context.store.now();
  for (const stray of strays) {
    const doubt = uncertain.includes(stray) ? whyDoubtful(sweep, intent, { stray, uncertain, now }) : null;
    const why = doubt ?? (await whyKept(context, sweep.kind, intent, stray, sweep.call));
    if (why === null) await removeStray(sweep, intent, stray);
    else await leave(sweep, intent, stray, why);
  }
  return toReport(await context.store.intents.get(id));
}

const whyDisputed = 'another local entity may have become it, and nobody knows what became of that one';

/** Paused meanwhile, and overtaken: what another has made the intent's own since is no stray. */
async function leave({ context }: Sweep, before: IntentDocument, { key }: KeyedRow, why: string): Promise<void> {
  const now = await context.store.intents.get(before._id);
  const isOwnSince = before.remote_id !== key && now?.remote_id === key;
  await context.store.strays.settle(before._id, key, isOwnSince ? 'own' : 'left', isOwnSince ? null : why);
}

interface FoundByName {
  readonly stray: KeyedRow;
  /** All that were found by their names, this one among them. */
  readonly uncertain: readonly KeyedRow[];
  readonly now: Date;
}

/** Why a row that was found by its name may be somebody else's; null where it is taken for ours. */
function whyDoubtful(
  { context, kind }: Sweep,
  intent: IntentDocument,
  { stray, uncertain, now }: FoundByName,
): string | null {
  const sent = sentAs(kind, intent, stray);
  const alike = uncertain.filter((row) => sentAs(kind, intent, row).some((one) => sent.includes(one)));
  if (alike.length > sent.length) return 'more rows of its name have come than were sent from here';
  // Not by when the look was due: one that was put off proves no more than one that nobody had.
  const lastSent = Math.max(0, ...sent.map(({ sent_at }) => sent_at.getTime()));
  const lateMs = now.getTime() - lastSent - lateMsOf(context.limits);
  return lateMs > tardyMs ? 'nobody looked for it in time, and somebody else may have made it since' : null;
}

/** Strays that are none any more: proved to be the intent's own, or gone from the account. */
async function settleGone(sweep: Sweep, intent: IntentDocument, there: readonly KeyedRow[]): Promise<void> {
  for (const { key, state } of intent.strays ?? []) {
    const isThere = there.some((row) => row.key === key);
    if (isThere || state === 'removed' || state === 'own') continue;
    if (key === intent.remote_id) await sweep.context.store.strays.settle(intent._id, key, 'own');
    else await noteRemoved(sweep, intent, key);
  }
}

/**
 * Removes a stray from the account. It is claimed first, and only then asked whose it is: whoever takes it for theirs is
 * seen here, or sees the claim.
 */
async function removeStray(sweep: Sweep, intent: IntentDocument, stray: KeyedRow): Promise<void> {
  const { context, kind, runId } = sweep;
  const { key } = stray;
  const isClaimed = await context.store.claimStray({ localId: intent._id, kind: kind.name, key, runId });
  if (!isClaimed) return leave(sweep, intent, stray, 'something was made of it here in this moment');
  const open = await openCreates(context, kind, intent);
  const owned = await context.store.intents.owned(kind.name, [key]);
  if (owned.has(key) || makerOf(kind, open, stray) !== undefined) {
    return leave(sweep, intent, stray, 'another local entity became it, or may have');
  }
  await remove(sweep, intent, stray);
}

async function remove(sweep: Sweep, intent: IntentDocument, { key, row }: KeyedRow): Promise<void> {
  const { context, kind, call } = sweep;
  const { path, query } = removeRequest(kind, row);
  const request = {
    method: 'DELETE' as const,
    path,
    query,
    envelope: kind.create.envelope,
    answers: 'nothing' as const,
  };
  context.reach('before_sweep_removal');
  try {
    await context.remote.write(request, call);
  } catch (error) {
    const isGone = error instanceof RemoteError && error.category === 'dependency';
    if (!isGone) throw error;
  }
  context.reach('after_sweep_removal');
  await noteRemoved(sweep, intent, key);
  context.log.warn({ kind: kind.name, local: intent._id, remote: key }, 'removed what had been created twice');
}

async function noteRemoved({ context, kind, runId }: Sweep, intent: IntentDocument, key: string): Promise<void> {
  await context.store.dropRow({ kind: kind.name, key, runId });
  await context.store.strays.settle(intent._id, key, 'removed');
}

function toReport(intent: IntentDocument | null): FoundRow[] {
  const settled = intent?.strays?.filter(
    ({ state, is_reported }) => !is_reported && (state === 'removed' || state === 'left'),
  );
  return (settled ?? []).map(({ key, name, run_id: runId, state, why }) => ({
    localId: intent?._id ?? '',
    key,
    name,
    runId,
    kept: intent?.remote_id ?? null,
    why: state === 'left' ? (why ?? 'nobody knows why') : null,
  }));
}
