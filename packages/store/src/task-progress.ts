import { isEnd, type KindName, type KindProgress, type TaskState, taskTransitions } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import { asOfOneInstant } from './transactions.ts';

/** How the counted tasks of runs stand, by run and kind. Kinds without tasks are left out. */
export async function progressOf(
  { tasks }: Collections,
  runIds: readonly string[],
): Promise<Map<string, Map<KindName, KindProgress>>> {
  const grouped = await tasks
    .aggregate<{ _id: { run: string; kind: KindName; state: TaskState }; count: number }>(
      [
        { $match: { run_id: { $in: [...runIds] }, counted: true } },
        { $group: { _id: { run: '$run_id', kind: '$kind', state: '$state' }, count: { $sum: 1 } } },
      ],
      asOfOneInstant,
    )
    .toArray();
  const runs = new Map<string, Map<KindName, KindProgress>>();
  for (const { _id, count } of grouped) {
    const ofRun = runs.get(_id.run) ?? new Map<KindName, KindProgress>();
    const before = ofRun.get(_id.kind) ?? { total: 0, completed: 0, failed: 0, blocked: 0, skipped: 0 };
    const ended = _id.state in before && isEnd(taskTransitions, _id.state);
    const after = { ...before, total: (before.total ?? 0) + count, ...(ended ? { [_id.state]: count } : {}) };
    runs.set(_id.run, ofRun.set(_id.kind, after));
  }
  return runs;
}

/** Rows that the lists of runs held so far, by run and kind. Kinds without any are left out. */
export async function rowsOf(
  { tasks }: Collections,
  runIds: readonly string[],
): Promise<Map<string, Partial<Record<KindName, number>>>> {
  const grouped = await tasks
    .aggregate<{ _id: { run: string; kind: KindName }; rows: number }>([
      { $match: { run_id: { $in: [...runIds] }, action: 'list', state: 'completed' } },
      { $group: { _id: { run: '$run_id', kind: '$kind' }, rows: { $sum: '$result.rows' } } },
    ])
    .toArray();
  const runs = new Map<string, Partial<Record<KindName, number>>>();
  for (const { _id, rows } of grouped) runs.set(_id.run, { ...runs.get(_id.run), [_id.kind]: rows });
  return runs;
}
