import { ancestorKinds, type KindName, kinds, levels, localIdPattern, parentField } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/**
 * Which local entities of a kind a run exports: those it was limited to; all of a kind that was asked for; of another
 * kind those that an exported one hangs on.
 *
 * @returns `_id`s, or null for all
 */
export async function selectLocals(context: SyncContext, run: RunDocument, kind: KindName): Promise<string[] | null> {
  if (run.only !== null) return (run.only[kind] ?? []).filter((id) => localIdPattern.test(id));
  if (run.kinds.includes(kind)) return null;
  return [...((await neededAncestors(context, run)).get(kind) ?? [])];
}

async function neededAncestors(context: SyncContext, run: RunDocument): Promise<Map<KindName, Set<string>>> {
  const needed = new Map<KindName, Set<string>>();
  const concerned = new Set([...run.kinds, ...run.kinds.flatMap((name) => ancestorKinds(kinds[name]))]);
  for (const { name, parents } of levels.flat().toReversed()) {
    if (!concerned.has(name)) continue;
    const ids = run.kinds.includes(name) ? null : [...(needed.get(name) ?? [])];
    for await (const entity of context.store.locals.inOrder(name, ids)) {
      for (const parent of parents) {
        const reference = entity[parentField(parent)];
        if (typeof reference !== 'string' || !localIdPattern.test(reference)) continue;
        needed.set(parent, (needed.get(parent) ?? new Set()).add(reference));
      }
    }
  }
  return needed;
}
