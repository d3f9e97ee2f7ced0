import {
  addChanges,
  type EntityFields,
  entityKey,
  type KindChanges,
  noChanges,
  parentField,
} from '@broadstreet-sync/domain';
import type { ComparedEntity, ProductionDocument } from '@broadstreet-sync/store';
import { readCompleteRows } from './complete-rows.ts';
import { type CurrentScope, listedEntities, openCurrentScope } from './current-scope.ts';
import { type Difference, diffMissing, diffRows } from './diff-scope.ts';
import type { ListPass } from './list-pass.ts';
import { listOf } from './lists.ts';
import { isReached, type Reach } from './reach.ts';
import { createStage } from './stage.ts';

/** What came of reading a scope; what differs is staged, and counts once the task has ended. */
export interface ScopeReading {
  /** Rows of the list that the settings allow. */
  readonly rows: number;
  /** Entities that production held of the scope. */
  readonly before: number;
  /** Those of them that the list shows. */
  readonly kept: number;
  readonly changes: KindChanges;
  /** Before the list was asked for. */
  readonly requestedAt: Date;
}

/**
 * Reads the list of a task's scope, compares it with production and stages what differs, all of it in batches: nothing
 * grows with the length of the list but a number for each identity.
 *
 * @param isAgain this claim of the task has read the list before: what it staged is replaced
 * @throws RemoteError
 */
export async function readScope(pass: ListPass, reach: Reach, isAgain: boolean): Promise<ScopeReading> {
  const { context, run, kind, task } = pass;
  const requestedAt = task.claimed_at ?? new Date();
  const source = { run_id: run._id, kind: kind.name, task_id: task._id, fence: task.fence };
  const stage = createStage(context, run, kind, source);
  let opened: Promise<CurrentScope> | undefined;
  const current = () => (opened ??= openCurrent(pass, reach));
  const sums = { rows: 0, before: 0, kept: 0, changes: noChanges };

  async function note({ changes, counts }: Difference): Promise<void> {
    sums.changes = addChanges(sums.changes, counts);
    await stage.add(changes);
  }

  async function compare(listed: readonly EntityFields[]): Promise<void> {
    const rows = listed.filter(reach.allows);
    const known = await (await current()).take(rows.map((row) => entityKey(kind, row)));
    const reached = rows.filter((row) => isReached(reach, row, known.get(entityKey(kind, row))));
    sums.rows += rows.length;
    sums.kept += known.size;
    await note(diffRows(kind, reached, comparedBy(reach, known), requestedAt));
  }

  // Of a first claim there is nothing from before.
  if (isAgain || task.fence !== 1) await context.store.changes.clear(source);
  await readCompleteRows(pass, compare);
  for await (const entities of (await current()).missing()) {
    const lost = entities.filter((entity) => reach.allows(entity));
    const reached = lost.filter((entity) => isReached(reach, entity));
    sums.before += lost.length;
    await note(diffMissing(reached.map(reach.compared), requestedAt));
  }
  await stage.end();
  return { ...sums, before: sums.before + sums.kept, requestedAt };
}

/** What production holds of the list's scope; of a view only what it lists: absence says nothing there. */
async function openCurrent({ context: { store }, kind, task, list }: ListPass, reach: Reach): Promise<CurrentScope> {
  if (list.sort === 'view') return listedEntities(store, kind, reach.fields);
  const { id } = listOf(kind, task.subject);
  const scope = list.scope === 'account' || id === null ? {} : { [parentField(list.scope)]: id };
  return openCurrentScope(store, kind, scope, reach.fields);
}

function comparedBy(
  { compared }: Reach,
  known: ReadonlyMap<string, ProductionDocument>,
): ReadonlyMap<string, ComparedEntity> {
  return new Map([...known].map(([key, entity]) => [key, compared(entity)]));
}
