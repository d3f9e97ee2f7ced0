import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityFields, type EntityKind, entityKey, kinds } from '@broadstreet-sync/domain';
import type { PlannedTask, RunDocument, TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readCompleteRows } from './complete-rows.ts';
import { diffRows } from './diff-scope.ts';
import { ownList } from './lists.ts';
import { createStage } from './stage.ts';
import { findUnresolved } from './unresolved.ts';

/**
 * Rows come and go between the lists of one import: where entities of a kind refer to parents that will not be there, the
 * lists of these parents are read once more, before what refers to nothing is marked so.
 *
 * @returns the tasks for it; none when all is there, or was looked for before
 */
export async function planRereads(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<PlannedTask[]> {
  const { tasks, holds } = context.store;
  const planned: PlannedTask[] = [];
  for (const [subject, { kind: name, scope, parents }] of await findUnresolved(context, run, kind)) {
    const identity = { run_id: run._id, kind: kind.name, action: 'reread' as const, subject };
    const [known, read, held] = await Promise.all([
      tasks.of(identity),
      tasks.of({ run_id: run._id, kind: name, action: 'list', subject: scope }),
      holds.of(run._id, [name]),
    ]);
    // A list that has failed, or is held, keeps its rows as they are.
    if (known !== null || read?.state === 'failed' || held.some((hold) => hold.scope === scope)) continue;
    const title = `list ${name} once more, in ${scope}`;
    planned.push({ ...identity, title, parents, counted: false, order: planned.length });
  }
  await tasks.plan(planned);
  return planned;
}

/**
 * Reads the list of parents once more and stages those that are missing; what an earlier list of the run had lost of them
 * is not removed.
 */
export async function rereadParents(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<TaskResult> {
  const requestedAt = task.claimed_at ?? new Date();
  const missing = (await findUnresolved(context, run, kind)).get(task.subject);
  if (missing === undefined) return { rows: 0, requested_at: requestedAt, partial: true };
  const parent = kinds[missing.kind];
  const pass = { context, run, kind: parent, task, list: ownList(parent), call };
  const found: EntityFields[] = [];
  let total = 0;
  await readCompleteRows(pass, async (rows) => {
    total += rows.length;
    found.push(...rows.filter((row) => missing.keys.has(entityKey(parent, row))));
  });
  const { changes, production } = context.store;
  const keys = found.map((row) => entityKey(parent, row));
  const known = new Map((await production.many(parent.name, keys)).map((entity) => [entity._id, entity]));
  await changes.retract(run._id, parent.name, ['remove'], { key: { $in: keys } });
  const stage = createStage(context, run, parent, changes.planner(run._id, parent.name, 'found'));
  await stage.add(diffRows(parent, found, known, requestedAt).changes);
  await stage.end();
  return { rows: total, requested_at: requestedAt, partial: true };
}
