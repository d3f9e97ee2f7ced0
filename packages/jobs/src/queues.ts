import { levels } from '@broadstreet-sync/domain';
import { type FlowJob, FlowProducer, type Job, type JobsOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Alarms, createAlarms, repeatStrategy } from './alarms.ts';
import { backoffType, type JobData, jobIds, queueNames } from './catalog.ts';

/** What of a run its jobs are made from. */
export interface QueuedRun {
  readonly _id: string;
  readonly generation: number;
}

/** A job as a child of another. */
export interface ChildJob {
  readonly queue: keyof typeof queueNames;
  readonly id: string;
  /** What a person sees of it. */
  readonly name: string;
  readonly data: JobData;
}

export interface RunQueues {
  readonly prefix: string;
  readonly queues: readonly Queue[];
  /** Adds the flow of a run's present generation. @throws within 2 s when Redis is away */
  startRun(run: QueuedRun & { readonly operation: string }): Promise<void>;
  /** Takes what has not begun out of the queues, and wakes gates that sleep, so that the run can end. */
  cancelRun(run: QueuedRun): Promise<void>;
  /** How the job that closes the run stands; `unknown` when there is none. */
  runState(run: QueuedRun): Promise<{ readonly state: string; readonly reason: string | null }>;
  /** Adds children to a gate that waits. @returns false when the gate is gone */
  addChildren(parentId: string, children: readonly ChildJob[]): Promise<boolean>;
  readonly alarms: Alarms;
  /** Workers that are connected, over all processes. */
  countWorkers(): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Attempts of a job whose failures are not its own, such as a store that is away; a failure of its own ends it after a
 * few (see the backoff strategy).
 */
const attempts = 10_000;
/** Longest wait of one who enqueues for one answer of Redis. */
const longestCommandMs = 2000;

/** A gate that fails for good is an outage: it takes the run with it. A task's failure is on its document. */
function childOptions(queue: keyof typeof queueNames): JobsOptions {
  const policy = queue === 'tasks' ? { ignoreDependencyOnFailure: true } : { failParentOnFailure: true };
  return { attempts, backoff: { type: backoffType }, ...policy };
}

/** The queues as one who enqueues needs them. */
export function createRunQueues(settings: { redisUrl: string; prefix: string }): RunQueues {
  const { prefix } = settings;
  // While Redis is away a command fails soon, instead of waiting for it: a request must be answered.
  const connection = new Redis(settings.redisUrl, { maxRetriesPerRequest: 1, commandTimeout: longestCommandMs });
  connection.on('error', () => undefined);
  const options = { connection, prefix, skipWaitingForReady: true };
  const orchestration = new Queue(queueNames.orchestration, { ...options, settings: { repeatStrategy } });
  const tasks = new Queue(queueNames.tasks, options);
  const flows = new FlowProducer(options);
  const parts = { orchestration, tasks };
  orchestration.on('error', () => undefined);
  tasks.on('error', () => undefined);
  flows.on('error', () => undefined);

  return {
    prefix,
    queues: [orchestration, tasks],
    alarms: createAlarms(orchestration),

    async startRun(run) {
      await flows.add(flowOf(run));
    },

    async cancelRun(run) {
      for (const level of levels) {
        for (const { name } of level) {
          const gate = await orchestration.getJob(jobIds.kind(run._id, run.generation, name));
          if (gate !== undefined) await emptyGate(orchestration, gate);
        }
      }
      const sweep = await orchestration.getJob(jobIds.sweep(run._id, run.generation));
      if (sweep !== undefined) await emptyGate(orchestration, sweep);
      const removals = await orchestration.getJob(jobIds.removals(run._id, run.generation));
      if (removals !== undefined) await emptyGate(orchestration, removals);
    },

    async runState(run) {
      const job = await orchestration.getJob(jobIds.run(run._id, run.generation));
      if (job === undefined) return { state: 'unknown', reason: null };
      return { state: await job.getState(), reason: job.failedReason ?? null };
    },

    async addChildren(parentId, children) {
      const parent = { id: parentId, queue: orchestration.qualifiedName };
      return addChildren(parts, parent, children);
    },

    countWorkers: () => tasks.getWorkersCount(),

    async ping() {
      await connection.ping();
    },

    async close() {
      await Promise.all([orchestration.close(), tasks.close(), flows.close()]);
      connection.disconnect();
    },
  };
}

/**
 * Takes out of the queue what a gate waits for and has not begun. Of its windows only what they hold: BullMQ takes a
 * window away though tasks of it are at work, and the gate would not wait for these.
 */
async function emptyGate(orchestration: Queue, gate: Job): Promise<void> {
  if (await gate.isDelayed()) {
    // It fails when the gate has woken in between, which is as good.
    await gate.promote().catch(() => undefined);
    return;
  }
  if (!(await gate.isWaitingChildren())) return;
  const { unprocessed = [] } = await gate.getDependencies();
  const prefix = `${orchestration.qualifiedName}:`;
  const windows = unprocessed.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  if (windows.length === 0) await gate.removeUnprocessedChildren();
  for (const id of windows) {
    const window = await orchestration.getJob(id);
    if (window !== undefined) await emptyGate(orchestration, window);
  }
}

/** The first few are at work while the others are still being added; larger batches would hold Redis up. */
const [firstBatchSize, batchSize] = [8, 24];

/** Adds children to a job. @returns false when BullMQ says that there is no such parent */
export async function addChildren(
  queues: Readonly<Record<keyof typeof queueNames, Queue>>,
  parent: { id: string; queue: string },
  children: readonly ChildJob[],
): Promise<boolean> {
  for (let at = 0; at < children.length; at += at === 0 ? firstBatchSize : batchSize) {
    const batch = children.slice(at, at === 0 ? firstBatchSize : at + batchSize);
    for (const [name, queue] of Object.entries(queues)) {
      const own = batch.filter((child) => child.queue === name);
      if (own.length === 0) continue;
      const added = await queue.addBulk(
        own.map(({ id, name: title, data, queue: target }) => ({
          name: title,
          data,
          opts: { ...childOptions(target), jobId: id, parent },
        })),
      );
      // A missing parent is told by an id of -5, not by an error.
      if (added.some((job) => String(job.id) === '-5')) return false;
    }
  }
  return true;
}

/**
 * run ◄ level 5 ◄ level 4 ◄ level 3 ◄ level 2 ◄ level 1: a level opens when the one below has ended. An export has its removals,
 * and then its sweep, between the highest level and the run.
 */
function flowOf({ _id, generation, operation }: QueuedRun & { operation: string }): FlowJob {
  const queueName = queueNames.orchestration;
  const base = { run: _id, generation };
  let below: FlowJob | null = null;
  for (const [at, kinds] of levels.entries()) {
    const level = at + 1;
    const data: JobData = { job: 'level', ...base, level };
    const name = `level ${level}: ${kinds.map((kind) => kind.name).join(', ')}`;
    const opts = { ...childOptions('orchestration'), jobId: jobIds.level(_id, generation, level) };
    below = { name, queueName, data, opts, ...(below === null ? {} : { children: [below] }) };
  }
  if (operation === 'export') {
    const options = childOptions('orchestration');
    const removals: JobData = { job: 'removals', ...base };
    const under = below === null ? {} : { children: [below] };
    const removalsId = jobIds.removals(_id, generation);
    below = { name: 'removals', queueName, data: removals, opts: { ...options, jobId: removalsId }, ...under };
    const sweep: JobData = { job: 'sweep', ...base };
    const sweepId = jobIds.sweep(_id, generation);
    const name = 'sweep: look for late commits';
    below = { name, queueName, data: sweep, opts: { ...options, jobId: sweepId }, children: [below] };
  }
  const data: JobData = { job: 'run', ...base };
  const opts = { attempts, backoff: { type: backoffType }, jobId: jobIds.run(_id, generation) };
  return { name: `${operation} ${_id}`, queueName, data, opts, ...(below === null ? {} : { children: [below] }) };
}
