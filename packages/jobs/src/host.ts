import { DelayedError, type Job, Queue, UnrecoverableError, WaitingChildrenError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { repeatStrategy } from './alarms.ts';
import { type JobData, type JobName, jobData, queueNames } from './catalog.ts';
import { connectRedis } from './connect-redis.ts';
import { addChildren, type ChildJob } from './queues.ts';

/** What a processor wants to become of its job. */
export type JobOutcome =
  | {
      readonly next: 'over';
      /** What went wrong with the task for good: its job shows as failed, and the gate above it goes on. */
      readonly failure?: string;
    }
  | { readonly next: 'later'; readonly delayMs: number }
  /** Adds those children that are not there yet and waits until all have ended; then the processor is called again. */
  | { readonly next: 'children'; readonly children: readonly ChildJob[] };

/** Ids of a job's children. */
export interface Children {
  readonly known: ReadonlySet<string>;
  /** Those that have not ended. */
  readonly pending: ReadonlySet<string>;
}

export interface JobContext {
  /** Aborted when the run or the process is to stop. */
  readonly signal: AbortSignal;
  children(): Promise<Children>;
}

export type Processors = {
  readonly [Name in JobName]: (data: JobData<Name>, context: JobContext) => Promise<JobOutcome>;
};

export interface JobHostSettings {
  readonly redisUrl: string;
  readonly prefix: string;
  /** Tasks at once in this process. */
  readonly concurrency: number;
  readonly processors: Processors;
  /** Says of an error that the same job may succeed later, however often it failed. */
  readonly isPassing: (error: Error) => boolean;
  /** A task's job failed for a reason of its own too often. */
  readonly onTaskLost: (data: JobData<'task'>, error: Error) => Promise<void>;
  readonly log: { warn(fields: object, message: string): void };
}

export interface JobHost {
  /** Resolves when jobs are taken. */
  ready(): Promise<void>;
  /** Runs whose tasks are at work here. */
  activeRuns(): string[];
  /** Changes how many tasks are worked on at once; what is at work goes on. */
  setConcurrency(tasks: number): void;
  /** Aborts the tasks of a run that are at work here. */
  abortRun(run: string): void;
  /** Takes no more jobs; reads are aborted and put back, writes end; then closes. */
  stop(): Promise<void>;
}

/** What is BullMQ's to understand. */
const passedOn = [DelayedError, WaitingChildrenError, WaitingError, UnrecoverableError];
/** Failures of a job's own before it is given up; those that pass, such as a store that is away, do not count. */
const mostOwnFailures = 5;
const orchestrators = 10;
/** A killed worker's job runs elsewhere after at most lock and interval together. */
const crashSettings = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 1000 };
const day = 24 * 60 * 60;

/**
 * Takes jobs and gives them to their processors. In-process: the work is waiting, not computing.
 */
export function createJobHost(settings: JobHostSettings): JobHost {
  const { prefix, log } = settings;
  const connection = connectRedis(settings.redisUrl, (error) => log.warn({ err: error }, 'Redis is away'));
  const queues = {
    orchestration: new Queue(queueNames.orchestration, { connection, prefix }),
    tasks: new Queue(queueNames.tasks, { connection, prefix }),
  };
  const active = new Map<string, { readonly run: string | null; readonly control: AbortController }>();
  /** By job, as far as this process has seen. */
  const ownFailures = new Map<string, number>();
  let isStopping = false;

  async function process(job: Job, token: string): Promise<void> {
    const data = jobData.parse(job.data);
    const control = new AbortController();
    const id = job.id ?? '';
    active.set(id, { run: runOf(data), control });
    try {
      await work({ queues, processors: settings.processors, redis: connection }, job, token, data, control.signal);
      ownFailures.delete(id);
    } catch (error) {
      await onError(job, token, data, error);
    } finally {
      active.delete(id);
    }
  }

  async function onError(job: Job, token: string, data: JobData, error: unknown): Promise<never> {
    if (passedOn.some((kind) => error instanceof kind)) throw error;
    if (isStopping) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const failure = error instanceof Error ? error : new Error(String(error));
    log.warn({ err: failure, job: job.id, run: runOf(data) }, 'a job failed');
    if (settings.isPassing(failure)) throw failure;
    const failures = (ownFailures.get(job.id ?? '') ?? 0) + 1;
    ownFailures.set(job.id ?? '', failures);
    if (failures < mostOwnFailures) throw failure;
    ownFailures.delete(job.id ?? '');
    if (data.job === 'task') await settings.onTaskLost(data, failure);
    throw new UnrecoverableError(failure.message);
  }

  const options = {
    connection,
    prefix,
    ...crashSettings,
    removeOnComplete: { age: day, count: 3000 },
    removeOnFail: { age: 7 * day, count: 1000 },
    settings: {
      repeatStrategy,
      backoffStrategy: (made: number) => Math.min(5000, 250 * 2 ** made) * (0.5 + Math.random() / 2),
    },
  };
  // Three parameters: fewer, and BullMQ gives no signal.
  const orchestrator = new Worker(queueNames.orchestration, (job, token, _signal) => process(job, token ?? ''), {
    ...options,
    concurrency: orchestrators,
  });
  const taskWorker = new Worker(queueNames.tasks, (job, token, _signal) => process(job, token ?? ''), {
    ...options,
    concurrency: settings.concurrency,
  });
  const workers = [orchestrator, taskWorker];
  for (const worker of workers) worker.on('error', (error) => log.warn({ err: error }, 'the queue is out of reach'));
  for (const queue of Object.values(queues)) queue.on('error', () => undefined);

  return {
    async ready() {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },

    activeRuns: () => [...new Set([...active.values()].map(({ run }) => run).filter((run) => run !== null))],

    setConcurrency(tasks) {
      taskWorker.concurrency = tasks;
    },

    abortRun(run) {
      for (const job of active.values()) if (job.run === run) job.control.abort();
    },

    async stop() {
      isStopping = true;
      await Promise.all(workers.map((worker) => worker.pause(true)));
      for (const job of active.values()) job.control.abort();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

interface Surroundings {
  readonly queues: Readonly<Record<keyof typeof queueNames, Queue>>;
  readonly processors: Processors;
  readonly redis: Redis;
}

async function work(
  { queues, processors, redis }: Surroundings,
  job: Job,
  token: string,
  data: JobData,
  signal: AbortSignal,
): Promise<void> {
  const context: JobContext = { signal, children: () => childrenOf(job) };
  for (;;) {
    const outcome = await dispatch(processors, data, context);
    if (outcome.next === 'over') {
      if (outcome.failure === undefined) return;
      throw new UnrecoverableError(outcome.failure);
    }
    if (outcome.next === 'later') {
      // Put off by a clock that is ahead, a job would be due by no other clock for as long.
      await job.moveToDelayed((await timeOf(redis)) + outcome.delayMs, token);
      throw new DelayedError();
    }
    const { known } = await childrenOf(job);
    const missing = outcome.children.filter(({ id }) => !known.has(id));
    const parent = { id: job.id ?? '', queue: job.queueQualifiedName };
    if (!(await addChildren(queues, parent, missing))) throw new Error('the gate is gone from the queue');
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    // All ended in between: the processor looks again.
  }
}

function dispatch(processors: Processors, data: JobData, context: JobContext): Promise<JobOutcome> {
  switch (data.job) {
    case 'run':
      return processors.run(data, context);
    case 'sweep':
      return processors.sweep(data, context);
    case 'level':
      return processors.level(data, context);
    case 'kind':
      return processors.kind(data, context);
    case 'removals':
      return processors.removals(data, context);
    case 'window':
      return processors.window(data, context);
    case 'task':
      return processors.task(data, context);
    case 'tick':
      return processors.tick(data, context);
  }
}

/** The run that a job is of; a tick is of none yet. */
function runOf(data: JobData): string | null {
  return 'run' in data ? data.run : null;
}

async function childrenOf(job: Job): Promise<Children> {
  const { processed, unprocessed, ignored, failed } = await job.getDependencies();
  const pending = (unprocessed ?? []).map(idOf);
  const ended = [...Object.keys(processed ?? {}), ...Object.keys(ignored ?? {}), ...(failed ?? [])].map(idOf);
  return { known: new Set([...pending, ...ended]), pending: new Set(pending) };
}

/** From `prefix:queue:id`; our ids have no colon. */
function idOf(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}

/** Epoch milliseconds by the clock of Redis. */
async function timeOf(redis: Redis): Promise<number> {
  const [seconds = 0, microseconds = 0] = await redis.time();
  return seconds * 1000 + Math.floor(microseconds / 1000);
}
