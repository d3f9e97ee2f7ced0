import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';

const ofRun = { run: z.string(), generation: z.int() };

/** Every sort of job, by name, with what it carries: ids only, since MongoDB has all else. */
export const catalog = {
  /** Closes the run once its levels have ended. */
  run: z.object({ job: z.literal('run'), ...ofRun }),
  /** Looks, once the levels of an export have ended, for what it has created twice. */
  sweep: z.object({ job: z.literal('sweep'), ...ofRun }),
  /** Opens the kinds of a level once the level below has ended. */
  level: z.object({ job: z.literal('level'), ...ofRun, level: z.int() }),
  /** Plans a kind, and hands its tasks to the queue until none is open. */
  kind: z.object({ job: z.literal('kind'), ...ofRun, kind: kindName }),
  /** Removes what an export is to remove, kind by kind and children first, once all else is done. */
  removals: z.object({ job: z.literal('removals'), ...ofRun }),
  /** Holds a part of a kind's many tasks. */
  window: z.object({
    job: z.literal('window'),
    ...ofRun,
    kind: kindName,
    stage: z.enum(['levels', 'removals']),
    window: z.int(),
  }),
  /** One task: at most one kind of remote work. */
  task: z.object({ job: z.literal('task'), ...ofRun, task: z.string() }),
  /** A schedule may have come to a tick. */
  tick: z.object({ job: z.literal('tick'), schedule: z.string(), revision: z.int() }),
} as const;

export type JobName = keyof typeof catalog;
export type JobData<Name extends JobName = JobName> = z.infer<(typeof catalog)[Name]>;

export const jobData = z.discriminatedUnion('job', [
  catalog.run,
  catalog.sweep,
  catalog.level,
  catalog.kind,
  catalog.removals,
  catalog.window,
  catalog.task,
  catalog.tick,
]);

/** The wait of whoever tries again (the strategy of the workers). */
export const backoffType = 'patient';

/** Orchestration, which makes no requests; and remote work, one task a job. */
export const queueNames = { orchestration: 'sync', tasks: 'sync-api' } as const;

/** Ids of jobs: made from run and generation, so that those of an older generation never stand in the way. */
export const jobIds = {
  run: (run: string, generation: number) => `run-${run}-${generation}`,
  sweep: (run: string, generation: number) => `sweep-${run}-${generation}`,
  level: (run: string, generation: number, level: number) => `level-${run}-${generation}-${level}`,
  kind: (run: string, generation: number, kind: string) => `kind-${run}-${generation}-${kind}`,
  removals: (run: string, generation: number) => `removals-${run}-${generation}`,
  window: (run: string, generation: number, kind: string, window: number) =>
    `window-${run}-${generation}-${kind}-${window}`,
  /** @param enqueued how often the task was put into the queue: a job is never added again under its own id */
  task: (task: string, generation: number, enqueued: number) => `task-${task}-${generation}-${enqueued}`,
};
