import { api, pathOf, type RunView } from '@broadstreet-sync/contract';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import type { Http } from '../http/bind.ts';
import { within } from '../http/patience.ts';
import type { ApiParts } from '../parts.ts';
import type { RunViews } from './run-view.ts';
import type { RunWatcher } from './run-watcher.ts';

/** Redis gets this long to take a run; then the reconciler gives it to Redis. */
const enqueueWithinMs = 400;

export interface StartedRun {
  readonly status: 200 | 202;
  readonly body: RunView;
  readonly headers: { readonly location: string };
}

export interface AwaitParts {
  readonly store: Pick<Store, 'runs'>;
  readonly views: RunViews;
  readonly watcher: RunWatcher;
}

/** Hands a run that has its slot to the queues. It is stored: where Redis does not take it, the reconciler does so later. */
export async function enqueueRun({ queues, log }: Pick<ApiParts, 'queues' | 'log'>, run: RunDocument): Promise<void> {
  await within(enqueueWithinMs, queues.startRun(run)).catch((err: unknown) => {
    log.warn({ err, run: run._id }, 'the run is stored and will be enqueued later: Redis did not take it');
  });
}

/** Answers with a run that goes on: at once, or when it has ended, if it does in the time that `?wait` gives. */
export async function answerRun(
  { store, views, watcher }: AwaitParts,
  run: RunDocument,
  wait: string | undefined,
  { res, isPatient }: Http,
): Promise<StartedRun> {
  const headers = { location: pathOf(api.getRun[0] ?? { path: '' }, { id: run._id }) };
  const waitMs = Number(wait ?? 0) * 1000;
  if (waitMs > 0) {
    isPatient();
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const ended = await watcher.untilEnded(run._id, waitMs, gone.signal);
    if (ended !== null) return { status: 200, body: ended, headers };
  }
  return { status: 202, body: await views.one((await store.runs.get(run._id)) ?? run), headers };
}
