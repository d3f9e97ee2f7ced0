import type { RunView } from '@broadstreet-sync/contract';
import type { RunDocument, TriggerResult } from '@broadstreet-sync/store';
import type { Who } from '../access/who.ts';
import type { Http } from '../http/bind.ts';
import { ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { type AskedRun, isSameRun, type NewRun } from './asked-run.ts';
import { answerRun, enqueueRun, type StartedRun } from './await-run.ts';
import { completeRun } from './complete-run.ts';
import type { RunViews } from './run-view.ts';
import type { RunWatcher } from './run-watcher.ts';

export interface TriggerParts extends Pick<ApiParts, 'store' | 'queues' | 'log' | 'baseUrl' | 'reach'> {
  readonly views: RunViews;
  readonly watcher: RunWatcher;
}

/** What `?wait`, `?queue` and `Idempotency-Key` say. */
export interface TriggerWishes {
  readonly query: { wait?: string | undefined; queue?: string | undefined };
  readonly headers: { 'idempotency-key'?: string | undefined };
}

/** Starts runs: stores them first, since MongoDB is what counts, then hands them to the queues. */
export function createTrigger({ store, queues, log, baseUrl, views, watcher, reach }: TriggerParts) {
  async function enqueue(run: RunDocument): Promise<void> {
    // Behind another run it waits without a slot; who ends that one starts it.
    const holder = run.slot === null ? await store.runs.get(run._id) : run;
    if (holder !== null && holder.slot !== null) await enqueueRun({ queues, log }, holder);
  }

  /** A key that was used before stands for that run: what it named may have moved on by now, and is not looked up again. */
  async function findOrStore(asked: AskedRun, { query, headers }: TriggerWishes): Promise<TriggerResult> {
    const key = headers['idempotency-key'] ?? null;
    const earlier = key === null ? null : await store.runs.withKey(key);
    if (earlier !== null) return { outcome: 'repeated', run: earlier };
    const request: NewRun = await completeRun(store, asked);
    return store.runs.trigger({ ...request, idempotency_key: key }, query.queue === 'true');
  }

  return async function startRun(
    asked: NewRun | AskedRun,
    { query, headers }: TriggerWishes,
    http: Http,
  ): Promise<StartedRun> {
    await store.account.claim(baseUrl, queues.prefix);
    const wish = signed('run' in asked ? asked : { run: asked, localIds: undefined, planId: undefined }, http.who);
    const { outcome, run } = await findOrStore(wish, { query, headers });
    if (outcome === 'busy') throw runInProgress(await views.one(run));
    if (outcome === 'repeated' && !isSameRun(wish.run, run)) throw keyReused(await views.one(run));
    if (outcome === 'created') {
      reach?.('after_run_stored');
      log.info({ run: run._id, operation: run.operation, kinds: run.kinds }, 'run stored');
      await enqueue(run);
    }
    return answerRun({ store, views, watcher }, run, query.wait, http);
  };
}

/** A run says who asked for it. */
function signed({ run, ...wish }: AskedRun, { name }: Who): AskedRun {
  return { ...wish, run: { ...run, requested_by: name } };
}

export type StartRun = ReturnType<typeof createTrigger>;

function keyReused(run: RunView): ProblemError {
  const detail = `The Idempotency-Key was used for the ${run.operation} ${run.id}, which asked for something else: give this request a key of its own.`;
  return new ProblemError({ code: 'idempotency_key_reused', detail, extra: { run } });
}

/** @param run the one that is under way */
export function runInProgress(run: RunView): ProblemError {
  const detail = `The ${run.operation} ${run.id} is under way: wait for its end, cancel it, or add ?queue=true to run after it.`;
  return new ProblemError({ code: 'run_in_progress', detail, extra: { run } });
}
