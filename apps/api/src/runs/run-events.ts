import { api, type RunView } from '@broadstreet-sync/contract';
import { hasEnded } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import { createSession, type Session } from 'better-sse';
import { answered, type Binding, bind, type Http, reply } from '../http/bind.ts';
import type { RunViews } from './run-view.ts';
import type { RunWatcher } from './run-watcher.ts';
import { findRun } from './stop-run.ts';

const keepAliveMs = 15_000;
/** Id of an event after which there is nothing to come back for: browsers reconnect by themselves. */
const lastEvent = 'ended';

interface EventParts {
  readonly store: Pick<Store, 'runs'>;
  readonly views: RunViews;
  readonly watcher: RunWatcher;
}

/** Runs as they move, as server-sent events. */
export function bindRunEvents({ store, views, watcher }: EventParts): Binding[] {
  return [
    ...bind(api.watchRun, async ({ params, headers }, http) => {
      const view = await views.one(await findRun(store, params.id));
      if (hasEnded(view.status) && headers['last-event-id'] === `${view.id}-${lastEvent}`) return reply(204);
      await stream(http, watcher, params.id, view);
      return answered;
    }),
    ...bind(api.watchRuns, async (_input, http) => {
      await stream(http, watcher, null, null);
      return answered;
    }),
  ];
}

/** @param first sent at once; later ones when they differ */
async function stream(
  { req, res }: Http,
  watcher: RunWatcher,
  runId: string | null,
  first: RunView | null,
): Promise<void> {
  if (req.method === 'HEAD') {
    res.status(200).set('content-type', 'text/event-stream').end();
    return;
  }
  const session = await createSession(req, res, { keepAlive: keepAliveMs, headers: { 'cache-control': 'no-store' } });
  let sent = first === null ? '' : send(session, first);
  const end = () => {
    stopWatching();
    stayOpen();
    if (!res.writableEnded) res.end();
  };
  const stopWatching = watcher.watch(runId, (run) => {
    if (!session.isConnected) return;
    if (runId === null || JSON.stringify(run) !== sent) sent = send(session, run);
    if (runId !== null && hasEnded(run.status)) end();
  });
  const stayOpen = watcher.onClose(end);
  session.once('disconnected', end);
  if (first !== null && hasEnded(first.status)) end();
}

function send(session: Session, run: RunView): string {
  session.push(run, 'run', `${run.id}-${hasEnded(run.status) ? lastEvent : Date.now()}`);
  return JSON.stringify(run);
}
