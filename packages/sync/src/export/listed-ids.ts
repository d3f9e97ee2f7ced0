import { type EntityKind, normaliseName, type ParentIds } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { nameScope } from './name-scope.ts';

/** Ids that a name had under a parent when this run read the names there, and that nobody has made their own or removes. */
export async function freeListedIds(
  { store }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { parents, name }: { readonly parents: ParentIds; readonly name: string | null },
): Promise<string[]> {
  if (name === null) return [];
  const normal = normaliseName(name);
  const listed = await store.names.listed(run._id, nameScope(kind, parents));
  const ids = listed
    .filter(({ field, value }) => field === kind.unique[0] && value === normal)
    .flatMap((names) => names.ids);
  const [owned, doomed] = await Promise.all([store.intents.owned(kind.name, ids), store.strays.doomed(kind.name, ids)]);
  return ids.filter((id) => !owned.has(id) && !doomed.has(id));
}
