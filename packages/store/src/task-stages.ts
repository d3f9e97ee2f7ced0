import type { KindName } from '@broadstreet-sync/domain';
import type { TaskAction } from './documents.ts';
import { openTaskStates } from './task-states.ts';

/** The stages that a run goes through, each with the tasks of its own: what one waits for is no other's to hand over. */
export type TaskStage = 'levels' | 'removals' | 'sweeps';

const stages: Readonly<Record<TaskAction, TaskStage>> = {
  list: 'levels',
  reread: 'levels',
  names: 'levels',
  create: 'levels',
  link: 'levels',
  update: 'levels',
  remove: 'removals',
  sweep: 'sweeps',
};

/** The stage that a task belongs to. */
export function stageOf(action: TaskAction): TaskStage {
  return stages[action];
}

function isAction(name: string): name is TaskAction {
  return name in stages;
}

/** Tasks of one kind in one stage of a run. */
export interface StagedKind {
  readonly run: string;
  readonly kind: KindName;
  readonly stage: TaskStage;
}

/** Filter for the open tasks of a stage; `kind` may name several. */
export function openOf<K>(run: string, kind: K, stage: TaskStage) {
  const action = {
    $in: Object.keys(stages).filter((name): name is TaskAction => isAction(name) && stages[name] === stage),
  };
  return { run_id: run, kind, state: { $in: openTaskStates }, action };
}
