import { type ErrorRecord, hasEnded, operations, toErrorRecord } from '@broadstreet-sync/domain';
import type { JobHost, RunQueues } from '@broadstreet-sync/jobs';
import type { RunDocument, Store, WorkerSituation } from '@broadstreet-sync/store';
import type { SyncLog } from '@broadstreet-sync/sync';
import { gateOf, taskJob } from './gates.ts';
import { createLoop, type Loop } from './loop.ts';

export interface ReconcilerSettings {
  readonly store: Store;
  readonly queues: RunQueues;
  readonly host: JobHost;
  /** This process. */
  readonly owner: string;
  readonly log: SyncLog;
  /** How it was started; its days of history are kept to. */
  readonly situation: WorkerSituation;
}

const tickMs = 250;
const dueEveryMs = 1000;
const flowsEveryMs = 2000;
/** A run younger than this may still be on its way into the queue. */
const graceMs = 2000;
const mostDue = 500;
/** Who ended a run moves what it published into the history within this time. */
const archiveGraceMs = 30_000;
const historyEveryMs = 3_600_000;
const dayMs = 24 * 3_600_000;

/**
 * Keeps Redis in step with MongoDB: runs whose flow is not there get a new one, waiting tasks whose time has come get a
 * job, free slots go to the next run, and work of stopped runs is aborted here. Every worker has one; all that it does is
 * decided by conditional writes, so any number of them do no more than one.
 */
export function createReconciler({ store, queues, host, owner, log, situation }: ReconcilerSettings): Loop {
  let [dueAt, flowsAt] = [0, 0];
  let historyAt = Number.NEGATIVE_INFINITY;

  async function tick(): Promise<void> {
    await abortStopped();
    const now = performance.now();
    if (now - dueAt >= dueEveryMs) {
      dueAt = now;
      await enqueueDue();
    }
    if (now - flowsAt >= flowsEveryMs) {
      flowsAt = now;
      // A database user without the right to end sessions must not keep flows from being restored.
      await buryDead().catch((error: unknown) => log.warn({ err: error }, 'could not end what silent workers left'));
      await restoreFlows();
      await archiveLeft();
      await forgetUnpublished();
    }
    if (now - historyAt >= historyEveryMs) {
      historyAt = now;
      await forgetHistory();
    }
  }

  async function abortStopped(): Promise<void> {
    const active = host.activeRuns();
    if (active.length === 0) return;
    for (const run of await store.runs.stopped(active)) host.abortRun(run._id);
  }

  async function buryDead(): Promise<void> {
    await store.presence.beat(owner, situation);
    const dead = await store.presence.buryDead();
    if (dead.length > 0) log.warn({ dead }, 'ended what silent workers had left open');
  }

  async function enqueueDue(): Promise<void> {
    const holding = new Map((await store.runs.holding()).map((run) => [run._id, run]));
    if (holding.size === 0) return;
    for (const task of await store.tasks.due([...holding.keys()], mostDue)) {
      const run = holding.get(task.run_id);
      if (run === undefined || !(await store.tasks.promote(task))) continue;
      await queues.addChildren(gateOf(run, task), [taskJob(run, task, task.enqueued + 1)]);
    }
  }

  async function restoreFlows(): Promise<void> {
    for (const operation of operations) await store.runs.giveSlot(operation);
    for (const run of await store.runs.holding()) {
      // Without its sign: the clock of who stored the run may be ahead of ours by any time.
      const ageMs = Math.abs(Date.now() - run.created_at.getTime());
      if (hasEnded(run.status) || ageMs < graceMs) continue;
      const { state, reason } = await queues.runState(run);
      if (state === 'failed') await endBroken(run, reason);
      else if (state === 'unknown' || state === 'completed') await restore(run, state);
      else if (run.stop !== null) await queues.cancelRun(run);
    }
  }

  /** What a publication left to a process that died. */
  async function archiveLeft(): Promise<void> {
    for (const run of await store.runs.toArchive(new Date(Date.now() - archiveGraceMs))) await store.archive(run);
  }

  /** Change sets that nobody has had published in time. */
  async function forgetUnpublished(): Promise<void> {
    const runs = await store.forgetUnpublished(new Date());
    if (runs.length > 0) log.info({ runs }, 'forgot what was not published in time');
  }

  /** What was changed longer ago than it is kept. */
  async function forgetHistory(): Promise<void> {
    const forgotten = await store.history.forgetBefore(new Date(Date.now() - situation.history_days * dayMs));
    if (forgotten > 0)
      log.info({ changes: forgotten, days: situation.history_days }, 'forgot what was changed long ago');
  }

  /** A gate that failed for good, after many attempts, leaves nothing to wait for. */
  async function endBroken(run: RunDocument, reason: string | null): Promise<void> {
    const record = { ...toErrorRecord(new Error(reason ?? 'the flow failed')), code: 'flow_failed' };
    if (run.status === 'publishing' && (await endUnpublished(run, record))) return;
    if (run.stop !== null || run.status === 'publishing') {
      await restore(run, 'failed');
      return;
    }
    log.error({ run: run._id, reason }, 'the flow of a run failed');
    await store.runs.requestStop(run._id, 'failed', record);
  }

  /**
   * What can never be published must not keep every later import away. What a person has confirmed is held again.
   *
   * @returns false when all had been published
   */
  async function endUnpublished(run: RunDocument, record: ErrorRecord): Promise<boolean> {
    const remedy = 'Mend what the message names, then import again.';
    const error = { ...record, code: 'not_published', remedy };
    if (run.published_at === null) {
      await store.changes.discard(run._id);
      await store.holds.discard(run._id);
      await store.runs.finish(run._id, 'failed', {}, error);
    } else if ((await store.holds.release(run, error)) === null) return false;
    log.error({ run: run._id, reason: record.message }, 'what an import found could not be published');
    return true;
  }

  async function restore(run: RunDocument, state: string): Promise<void> {
    const renewed = await store.runs.nextGeneration(run._id, run.generation);
    if (renewed === null) return;
    log.warn({ run: run._id, generation: renewed.generation, state }, 'made the flow of a run anew');
    await queues.startRun(renewed);
  }

  return createLoop(tickMs, tick, (error) => log.warn({ err: error }, 'could not reconcile'));
}
