import { isEnd, type KindName, kinds, taskTransitions } from '@broadstreet-sync/domain';
import { type ChildJob, type Children, type JobContext, type JobOutcome, jobIds } from '@broadstreet-sync/jobs';
import { type RunDocument, type Store, stageOf, type TaskDocument, type TaskStage } from '@broadstreet-sync/store';

/** Tasks that hang on their gate directly; a kind with more is handed over in windows. */
const mostDirect = 1000;
const windowSize = 500;
/** The next window is added when fewer tasks than this are open in the newest. */
const lowWindow = 100;
const mostWindows = 3;
/** How long a gate sleeps when all that is open waits for its time. */
const longestSleepMs = 60_000;

/** What a gate of tasks is for. */
interface Gate {
  readonly kind: KindName;
  readonly stage: Exclude<TaskStage, 'sweeps'>;
}

const over: JobOutcome = { next: 'over' };

/** The job of a task. Its id counts how often the task was enqueued: no job is ever added again under its own. */
export function taskJob(run: RunDocument, task: TaskDocument, enqueued: number): ChildJob {
  return {
    queue: 'tasks',
    id: jobIds.task(task._id, run.generation, enqueued),
    name: task.title,
    data: { job: 'task', run: run._id, generation: run.generation, task: task._id },
  };
}

/**
 * What the gate of a planned kind does next: hands open tasks to the queue and waits for them, until none is open. Tasks
 * whose job is gone, for whatever reason, are handed over again.
 */
export async function openGate(store: Store, run: RunDocument, gate: Gate, job: JobContext): Promise<JobOutcome> {
  const staged = { run: run._id, ...gate };
  const [open, children] = await Promise.all([store.tasks.open(staged, mostDirect + 1), job.children()]);
  if (open.length === 0) return over;
  const windows = run.plan[gate.kind]?.windows ?? 0;
  if (open.length > mostDirect || windows > 0) {
    const next = await nextWindow(store, run, gate, windows, children.pending);
    if (next !== null) return { next: 'children', children: [next] };
  }
  const candidates = open.slice(0, mostDirect).filter((task) => windows === 0 || task.window !== null);
  return handOver(store, run, candidates, children, () => store.tasks.nextDue(staged));
}

/** The window after the newest, while there are tasks in none and not too many windows are unfinished. */
async function nextWindow(
  store: Store,
  run: RunDocument,
  gate: Gate,
  newest: number,
  pending: ReadonlySet<string>,
): Promise<ChildJob | null> {
  if (pending.size > 0) return null;
  if (!(await store.tasks.isAnyUnwindowed({ run: run._id, ...gate }))) return null;
  return (await store.runs.advanceWindow(run._id, gate.kind, newest)) ? windowJob(run, gate, newest + 1) : null;
}

function windowJob(run: RunDocument, { kind, stage }: Gate, window: number): ChildJob {
  return {
    queue: 'orchestration',
    id: jobIds.window(run._id, run.generation, kind, window),
    name: `${kind}: window ${window}`,
    data: { job: 'window', run: run._id, generation: run.generation, kind, stage, window },
  };
}

/** What the gate of a run's sweeps does next: as {@link openGate}, for as many parents as are due first. */
export async function openSweepGate(store: Store, run: RunDocument, job: JobContext): Promise<JobOutcome> {
  const open = await store.tasks.openSweeps(run._id, mostDirect);
  if (open.length === 0) return over;
  const children = await job.children();
  const times = open.flatMap(({ not_before }) => (not_before === null ? [] : [not_before.getTime()]));
  return handOver(store, run, open, children, async () => (times.length === 0 ? null : new Date(Math.min(...times))));
}

/** Fills a window with the next tasks and waits for them. Those that must wait long leave it. */
export async function openWindow(
  store: Store,
  run: RunDocument,
  { kind, stage, window }: Gate & { readonly window: number },
  job: JobContext,
): Promise<JobOutcome> {
  const staged = { run: run._id, kind, stage };
  const children = await job.children();
  const tasks = await store.tasks.fillWindow(staged, window, windowSize);
  const ready = tasks.filter((task) => task.state !== 'waiting');
  return ready.length === 0 && children.pending.size === 0
    ? over
    : handOver(store, run, ready, children, () => store.tasks.nextDue(staged));
}

/** Tasks without a job get one. With nothing to hand over and nothing pending, the gate sleeps until one is due. */
async function handOver(
  store: Store,
  run: RunDocument,
  candidates: readonly TaskDocument[],
  { known, pending }: Children,
  nextDue: () => Promise<Date | null>,
): Promise<JobOutcome> {
  const now = Date.now();
  const isDue = (task: TaskDocument): boolean => task.not_before === null || task.not_before.getTime() <= now;
  const jobOf = (task: TaskDocument): string => jobIds.task(task._id, run.generation, task.enqueued);
  const idle = candidates.filter(
    (task) => !isEnd(taskTransitions, task.state) && isDue(task) && !pending.has(jobOf(task)),
  );
  if (idle.length > 0) {
    // Where a job of the task has been there, and is over, the next one has a number of its own.
    const lost = new Set(idle.filter((task) => known.has(jobOf(task))));
    if (lost.size > 0) await store.tasks.enqueued([...lost].map(({ _id }) => _id));
    const children = idle.map((task) => taskJob(run, task, task.enqueued + (lost.has(task) ? 1 : 0)));
    return { next: 'children', children };
  }
  if (pending.size > 0) return { next: 'children', children: [] };
  const due = await nextDue();
  const delayMs = due === null ? 1000 : Math.min(longestSleepMs, Math.max(100, due.getTime() - now));
  return { next: 'later', delayMs };
}

/** Once few tasks of the newest window are open, the window after it. */
export async function followingWindow(store: Store, run: RunDocument, task: TaskDocument): Promise<ChildJob | null> {
  const newest = run.plan[task.kind]?.windows ?? 0;
  const stage = stageOf(task.action);
  if (stage === 'sweeps' || task.window === null || task.window !== newest) return null;
  const gate = { kind: task.kind, stage };
  if ((await store.tasks.countOpen(run._id, task.kind, newest, lowWindow)) >= lowWindow) return null;
  if (!(await store.tasks.isAnyUnwindowed({ run: run._id, ...gate }))) return null;
  if ((await unfinishedWindows(store, run, task.kind, newest)) >= mostWindows) return null;
  return (await store.runs.advanceWindow(run._id, task.kind, newest)) ? windowJob(run, gate, newest + 1) : null;
}

async function unfinishedWindows(store: Store, run: RunDocument, kind: KindName, newest: number): Promise<number> {
  const last = Array.from({ length: mostWindows }, (_, at) => newest - at).filter((window) => window > 0);
  const open = await Promise.all(last.map((window) => store.tasks.countOpen(run._id, kind, window, 1)));
  return open.filter((count) => count > 0).length;
}

/** Id of the gate that waits for a task. */
export function gateOf(run: RunDocument, task: Pick<TaskDocument, 'kind' | 'action'>): string {
  if (task.action === 'remove') return jobIds.removals(run._id, run.generation);
  if (task.action === 'sweep') return jobIds.sweep(run._id, run.generation);
  return jobIds.kind(run._id, run.generation, task.kind);
}

/** The gates of the kinds of a level. */
export function kindJobs(run: RunDocument, names: readonly KindName[]): ChildJob[] {
  return names.map((name) => ({
    queue: 'orchestration',
    id: jobIds.kind(run._id, run.generation, name),
    name: `${run.operation} ${kinds[name].name}`,
    data: { job: 'kind', run: run._id, generation: run.generation, kind: name },
  }));
}
