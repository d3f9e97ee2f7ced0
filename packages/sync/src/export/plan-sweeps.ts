import { type EntityKind, kinds } from '@broadstreet-sync/domain';
import type { IntentDocument, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed } from './in-hand.ts';
import { lineageKey, nameScope } from './name-scope.ts';
import { listedScope } from './settle-parent.ts';

/**
 * Stores a task for each parent in which a create of this run may have left a row too many: it is looked at once more, so
 * late that what was carried out twice the settle time late is found. Again it stores only what has come up since.
 *
 * @returns how many parents were added
 */
export async function planSweeps(context: SyncContext, run: RunDocument): Promise<number> {
  const { strays, tasks } = context.store;
  const waiting = (await strays.waiting()).filter((intent) => intent.run_id === run._id && isAllowed(context, intent));
  const groups = Map.groupBy(waiting, ({ kind, parents }) => nameScope(kinds[kind], parents));
  const planned = [...groups.values()].flatMap((group) => taskOf(run, group));
  const fresh: PlannedTask[] = [];
  for (const task of planned) if ((await tasks.of(task)) === null) fresh.push(task);
  await tasks.plan(fresh);
  return fresh.length;
}

function taskOf(run: RunDocument, group: readonly IntentDocument[]): PlannedTask[] {
  const [first] = group;
  if (first === undefined) return [];
  const kind = kinds[first.kind];
  const times = group.map(({ sweep_after }) => sweep_after?.getTime() ?? 0);
  return [
    {
      run_id: run._id,
      kind: kind.name,
      action: 'sweep',
      subject: lineageKey(kind, first.parents),
      title: titleOf(kind, lineageKey(kind, first.parents)),
      parents: { ...first.ancestors, ...listedScope(kind, first) },
      // Not one of the run's entities: its progress is theirs alone.
      counted: false,
      order: afterAll,
      state: 'waiting',
      not_before: new Date(Math.max(...times)),
    },
  ];
}

/** Where sweeps stand among the tasks of their kind. */
export const afterAll = 1_000_000_000;

export function titleOf(kind: EntityKind, subject: string): string {
  const within = kind.lineage === undefined ? '' : ` of ${kinds[kind.lineage].singular} ${subject}`;
  return `look for late ${kind.name}${within}`;
}
