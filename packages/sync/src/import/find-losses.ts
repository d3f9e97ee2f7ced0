import {
  type EntityKind,
  type KindName,
  kinds,
  kindsBelow,
  lineageOf,
  parentField,
  rootField,
  scopeId,
} from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import type { ListFinding, Stock } from './guard.ts';
import { heldEntities } from './held-entities.ts';
import { chooseList, listOf } from './lists.ts';
import { filtersOfRun } from './select-scopes.ts';

/** A list with its task, and what it came to. */
export interface Found {
  readonly task: TaskDocument;
  readonly finding: ListFinding;
  /** Scopes of held lists that its hold must be confirmed with. */
  readonly needs: readonly string[];
}

function listsOf(run: RunDocument, kind: EntityKind) {
  return { run_id: run._id, kind: kind.name, state: 'completed' as const, action: 'list' as const };
}

/** Every list of a kind that was read whole, with what it would remove. */
export async function findLists(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Found[]> {
  const [removals, parents] = await Promise.all([removalsOf(context, run, kind), heldParents(context, run, kind)]);
  const found: Found[] = [];
  for await (const task of context.store.tasks.each(listsOf(run, kind))) {
    const { unchanged = 0, updated = 0, removed = 0 } = task.result?.changes ?? {};
    const { losses, movesTo } = removals.get(task._id) ?? { losses: new Map<KindName, number>(), movesTo: new Set() };
    const parent = task.result?.lost_parent;
    const { id } = listOf(kind, task.subject);
    const held = parents?.scopes.get(String(id));
    const finding = {
      scope: task.subject,
      root: rootOf(kind, task),
      before: unchanged + updated + removed,
      losses: parent === undefined ? losses : await lossesWith(context, parent),
      doubts: task.result?.doubts ?? [],
      isLost: parent !== undefined,
      needs: held === undefined || parents === null ? [] : [parents.kind],
      movesTo: await subjectsOf(context, movesTo),
    };
    found.push({ task, finding, needs: held === undefined ? [] : [held] });
  }
  return found;
}

function rootOf(kind: EntityKind, { parents }: TaskDocument): string | null {
  const root = parents[rootField(kind)];
  return root === undefined ? null : String(root);
}

interface Removals {
  readonly losses: Map<KindName, number>;
  /** Tasks whose lists show rows that this one has lost. */
  readonly movesTo: Set<string>;
}

/** What each task would remove, with what hangs on it. */
async function removalsOf(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Map<string, Removals>> {
  const { changes } = context.store;
  const byTask = new Map<string, Removals>();
  for await (const batch of changes.removals(run._id, kind.name)) {
    const keys = batch.map(({ key }) => key);
    const shown = new Map((await changes.shown(run._id, kind.name, keys)).map(({ key, task_id }) => [key, task_id]));
    const below = await countBelow(
      context,
      kind,
      keys.filter((key) => !shown.has(key)),
    );
    for (const { key, task_id } of batch) {
      const own = byTask.get(task_id) ?? { losses: new Map(), movesTo: new Set() };
      byTask.set(task_id, own);
      const other = shown.get(key);
      if (other === undefined) addLosses(own.losses, kind, key, below);
      else own.movesTo.add(other);
    }
  }
  return byTask;
}

async function subjectsOf({ store }: SyncContext, taskIds: ReadonlySet<string>): Promise<string[]> {
  const found = await Promise.all([...taskIds].map((id) => store.tasks.get(id)));
  return found.flatMap((task) => (task === null ? [] : [task.subject]));
}

/** The lists that hang on rows which only a held list shows: the kind of those rows, and their own scope by key. */
async function heldParents(context: SyncContext, run: RunDocument, kind: EntityKind) {
  const { scope } = chooseList(kind, filtersOfRun(run, kind));
  if (scope === 'account') return null;
  const parent = kinds[scope];
  const { added } = await heldEntities(context, run, parent);
  const field = parent.list.scope === 'account' ? null : parentField(parent.list.scope);
  const scopes = new Map(
    [...added].map(([key, entity]) => [key, scopeId(parent.name, field === null ? 'account' : String(entity[field]))]),
  );
  return { kind: parent.name, scopes };
}

type Counts = ReadonlyMap<KindName, ReadonlyMap<string, number>>;

/** How many entities of each kind hang on these of a kind. */
async function countBelow(context: SyncContext, kind: EntityKind, keys: readonly string[]): Promise<Counts> {
  const counts = new Map<KindName, ReadonlyMap<string, number>>();
  if (keys.length === 0) return counts;
  for (const name of kindsBelow(kind.name)) {
    counts.set(name, await context.store.tallies.hanging(name, parentField(kind.name), keys));
  }
  return counts;
}

function addLosses(losses: Map<KindName, number>, kind: EntityKind, key: string, below: Counts): void {
  losses.set(kind.name, (losses.get(kind.name) ?? 0) + 1);
  for (const [name, counts] of below) {
    const count = counts.get(key) ?? 0;
    if (count > 0) losses.set(name, (losses.get(name) ?? 0) + count);
  }
}

/** What goes with a parent that the API does not know any more. */
async function lossesWith(
  context: SyncContext,
  parent: { readonly kind: KindName; readonly key: string },
): Promise<Map<KindName, number>> {
  const kind = kinds[parent.kind];
  const losses = new Map<KindName, number>();
  addLosses(losses, kind, parent.key, await countBelow(context, kind, [parent.key]));
  return losses;
}

const stockKey = (kind: KindName, root: string): string => `${kind}:${root}`;

/** What production has of the kinds that lose, under each root that loses, as {@link judge} asks for it. */
export async function stocksOf(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  findings: readonly ListFinding[],
): Promise<(kind: KindName, root: string) => Stock> {
  const losing = findings.filter(({ root, losses }) => root !== null && losses.size > 0);
  const names = new Set(losing.flatMap(({ losses }) => [...losses.keys()]));
  const stocks = new Map<string, Stock>();
  for (const name of names) {
    const gone = await goneAbove(context, run, kind, kinds[name]);
    for (const root of new Set(losing.map((finding) => finding.root ?? ''))) {
      const within = { [rootField(kinds[name])]: Number(root) };
      const [rows, taken] = await Promise.all([
        context.store.tallies.count(name, within),
        gone.length === 0 ? 0 : context.store.tallies.count(name, { ...within, $or: gone }),
      ]);
      stocks.set(stockKey(name, root), { rows, gone: taken });
    }
  }
  return (name, root) => stocks.get(stockKey(name, root)) ?? { rows: 0, gone: 0 };
}

/** What goes of a kind because of what other lists have lost: any of these is true of it. */
async function goneAbove(context: SyncContext, run: RunDocument, judged: EntityKind, kind: EntityKind) {
  // Of the kind itself, only what none of its own lists shows or has lost.
  const line = kind.name === judged.name ? scopeLine(kind) : [kind.name, ...lineageOf(kind)];
  const found = await Promise.all(
    line
      .filter((name) => name !== judged.name)
      .map(async (name) => {
        const keys = await context.store.changes.keys(run._id, name, 'remove');
        if (keys.length === 0) return [];
        return [name === kind.name ? { _id: { $in: keys } } : { [parentField(name)]: { $in: keys.map(Number) } }];
      }),
  );
  return found.flat();
}

/** The kinds of a list's scope and of all that it hangs on. */
function scopeLine({ list }: EntityKind): KindName[] {
  return list.scope === 'account' ? [] : [list.scope, ...lineageOf(kinds[list.scope])];
}
