import type { CallContext } from '@broadstreet-sync/broadstreet';
import { childLists, type EntityKind, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readListBy } from '../list-call.ts';
import { isAsSent, isCertain, type KeyedRow } from './traces.ts';

/**
 * Why a stray must not be removed, in words that go on from "because"; null when it may: it is surely ours, as it was
 * sent, and nothing refers to it, neither here nor there.
 *
 * @throws RemoteError of the lists that show what hangs on it
 */
export async function whyKept(
  context: SyncContext,
  kind: EntityKind,
  intent: IntentDocument,
  stray: KeyedRow,
  call: CallContext,
): Promise<string | null> {
  if (kind.remove === null) return `the Broadstreet API cannot delete ${kind.name}`;
  if (!kind.identity.includes('id')) return 'the API deletes by its parents, which would delete both';
  if (!isCertain(intent, stray.key) && !isAsSent(kind, intent, stray)) return 'it is not as it was sent from here';
  if (context.limits.readOnly) return 'this installation only reads';
  return (await usedHere(context, kind, stray.key)) ?? (await usedThere(context, kind, stray, call));
}

async function usedHere({ store }: SyncContext, kind: EntityKind, key: string): Promise<string | null> {
  const known = await store.production.get(kind.name, key);
  if (known !== null && known.sync.edited.length > 0) return 'it was edited here';
  if (known?.created_locally === true) return 'another local entity became it';
  for (const name of kindNames.filter((child) => kinds[child].parents.includes(kind.name))) {
    const filter = { [parentField(kind.name)]: Number(key) };
    const { total: synced } = await store.production.page(name, filter, {}, 0, 1);
    const { total: drafts } = await store.locals.page(name, filter, {}, 0, 1);
    if (synced + drafts > 0) return `${synced + drafts} of the ${name} here hang on it`;
  }
  return null;
}

async function usedThere(
  context: SyncContext,
  kind: EntityKind,
  { row }: KeyedRow,
  call: CallContext,
): Promise<string | null> {
  for (const { kind: child, query } of childLists(kind, row)) {
    const rows = await readListBy(context, child, query, call, true);
    if (rows.length > 0) return `${rows.length} of the ${child.name} in Broadstreet hang on it`;
  }
  return null;
}
