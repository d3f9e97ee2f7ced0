import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityFields, type EntityKind, entityKey, parentField } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readList } from '../list-call.ts';
import { withAncestors } from '../row.ts';
import { leaveToPerson } from './lookalike.ts';
import { nameScope } from './name-scope.ts';
import { lateMsOf, settleMsOf } from './times.ts';
import { bearsName, differsIn, firstSentAt, type KeyedRow } from './traces.ts';

/** What tells a parent, and what it hangs on. */
export type Place = Pick<IntentDocument, 'parents' | 'ancestors'>;

/** The id of the parent that one list covers, by field; of the root, none. */
export function listedScope(kind: EntityKind, intent: Pick<Place, 'parents'>): Record<string, number> {
  if (kind.lineage === undefined) return {};
  const field = parentField(kind.lineage);
  const id = intent.parents[field];
  return id === undefined ? {} : { [field]: id };
}

/** Reads what the parent of an intent has now, the oldest first; also where one stands there twice. @throws RemoteError */
export async function readSiblings(
  context: SyncContext,
  kind: EntityKind,
  intent: Place,
  call: CallContext,
): Promise<KeyedRow[]> {
  const parents = { ...intent.ancestors, ...intent.parents };
  const rows = await readList(context, kind, parents, call, { isNarrow: true, mayRepeat: true });
  return keyedRows(kind, intent, rows);
}

/** Rows of the list of an intent's parent, the oldest first. Pure. */
export function keyedRows(kind: EntityKind, intent: Pick<Place, 'parents'>, rows: readonly EntityFields[]): KeyedRow[] {
  return rows
    .map((row) => withAncestors(row, listedScope(kind, intent)))
    .map((row) => ({ key: entityKey(kind, row), row }))
    .sort((a, b) => Number(a.key) - Number(b.key));
}

/**
 * Does something that one at a time does with a parent.
 *
 * @param holder who holds the parent meanwhile
 * @returns null while another process does so
 */
export async function withParent<T>(
  context: SyncContext,
  kind: EntityKind,
  { parents, holder }: { readonly parents: Place['parents']; readonly holder: string },
  work: () => Promise<T>,
): Promise<{ readonly did: T } | null> {
  const { locks } = context.store;
  const lock = `look:${nameScope(kind, parents)}`;
  const heldMs = context.limits.timeoutMs + 500;
  if (!(await locks.take(lock, holder, heldMs))) return null;
  // Several requests may be made, and wait for the budget: whoever lives holds it for as long as they take.
  // Where it fails the lock lapses, and another may look: as if this process had died.
  const renew = async (): Promise<void> => {
    try {
      await locks.take(lock, holder, heldMs);
    } catch (error) {
      context.log.warn({ err: error, lock }, 'a look at a parent is not held on to');
    }
  };
  let renewal: Promise<unknown> = Promise.resolve();
  const beat = setInterval(() => {
    renewal = renew();
  }, heldMs / 3);
  try {
    return { did: await work() };
  } finally {
    clearInterval(beat);
    await renewal;
    await locks.release(lock, holder);
  }
}

/**
 * Finds out what became of all creates under one parent whose answers were lost and whose outcome is surely decided by
 * now: one list settles them. What is there is adopted; what is not may be sent again.
 *
 * @param intent one of them
 * @returns false while another process is at it
 * @throws RemoteError of the list
 */
export async function settleParent(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  call: CallContext,
): Promise<boolean> {
  const { intents } = context.store;
  const held = { parents: intent.parents, holder: intent._id };
  const done = await withParent(context, kind, held, async () => {
    const open = await intents.settled(kind.name, listedScope(kind, intent), settleMsOf(context.limits));
    // Another's look may have settled this one meanwhile.
    if (!open.some(({ _id }) => _id === intent._id)) return;
    const rows = await readSiblings(context, kind, intent, call);
    context.reach('after_look_up');
    await settleAll(context, kind, open, rows);
  });
  return done !== null;
}

/**
 * Gives each intent the oldest row that can be its own, or writes off what it sent. By its name alone no row is taken:
 * where none is as it was sent, a person is asked.
 */
async function settleAll(
  context: SyncContext,
  kind: EntityKind,
  open: readonly IntentDocument[],
  rows: readonly KeyedRow[],
): Promise<void> {
  const { intents } = context.store;
  const free = await freeRows(context, kind, rows);
  for (const intent of open) {
    const [oldest, ...others] = await fittingRows(context, kind, intent, free);
    if (oldest === undefined) {
      await intents.writeOff(intent._id, intent.fence, lateMsOf(context.limits));
      continue;
    }
    const mine = [oldest, ...others].find((row) => differsIn(kind, intent, row).length === 0);
    if (mine === undefined) {
      await leaveToPerson(context, kind, intent, [oldest, ...others]);
      continue;
    }
    if (kind.identity.includes('id')) free.splice(free.indexOf(mine), 1);
    const own = { remoteId: mine.key, answer: mine.row };
    await intents.adopted(intent._id, intent.fence, own, lateMsOf(context.limits));
    context.reach('after_adoption');
    const about = { kind: kind.name, local: intent._id, remote: mine.key };
    context.log.info(about, 'adopted what a lost answer had created');
  }
}

/**
 * Rows that nobody has made their own, and nobody removes. An id is given once; a kind that is what its parents are may
 * have been here before, and been removed since.
 */
export async function freeRows(context: SyncContext, kind: EntityKind, rows: readonly KeyedRow[]): Promise<KeyedRow[]> {
  if (!kind.identity.includes('id')) return [...rows];
  const { intents, strays } = context.store;
  const keys = rows.map(({ key }) => key);
  const [owned, doomed] = await Promise.all([intents.owned(kind.name, keys), strays.doomed(kind.name, keys)]);
  return rows.filter(({ key }) => !owned.has(key) && !doomed.has(key));
}

/** The rows that by their names can be what an intent has sent, the oldest first. */
export function fittingRows(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  free: readonly KeyedRow[],
): Promise<KeyedRow[]> {
  const fitting = free.filter((row) => bearsName(kind, intent, row));
  return unknownBefore(context, kind, intent, fitting);
}

/** Without what production had before the first request left: somebody else made that. */
export async function unknownBefore(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  rows: readonly KeyedRow[],
): Promise<KeyedRow[]> {
  if (rows.length === 0 || !kind.identity.includes('id')) return [...rows];
  const keys = rows.map(({ key }) => key);
  const known = await context.store.production.knownBefore(kind.name, keys, firstSentAt(intent));
  return rows.filter(({ key }) => !known.has(key));
}
