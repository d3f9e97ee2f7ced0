import type { RunView } from '@broadstreet-sync/contract';
import { hasEnded, openRunStates } from '@broadstreet-sync/domain';
import type { Logger } from '@broadstreet-sync/runtime';
import type { Store } from '@broadstreet-sync/store';
import type { RunViews } from './run-view.ts';

const intervalMs = 500;
/** A look at the runs may take this part of the time, and no more; but nobody waits longer than that for the next. */
const share = 0.2;
const longestMs = 5000;
/** Runs that ended this long ago are still looked at: one may begin and end between two looks, clocks may differ. */
const lookBackMs = 60_000;
const mostRuns = 500;

interface Listener {
  /** Null: all runs. */
  readonly runId: string | null;
  readonly tell: (run: RunView) => void;
  /** What it was told last, by run. */
  told: Map<string, string>;
  /** Runs that had not ended then. */
  open: string[];
  isNew: boolean;
}

export interface RunWatcher {
  /**
   * Tells of a run, or of all, at once and whenever one has moved.
   *
   * @returns ends it
   */
  watch(runId: string | null, tell: (run: RunView) => void): () => void;
  /** The run once it has ended; null when it has not in that time. */
  untilEnded(runId: string, ms: number, signal: AbortSignal): Promise<RunView | null>;
  /** Calls the listener when the process stops. @returns takes it back */
  onClose(listener: () => void): () => void;
  close(): void;
}

/** Looks at the runs for all who listen, while anybody does: they share one query. */
export function createRunWatcher(settings: { store: Pick<Store, 'runs'>; views: RunViews; log: Logger }): RunWatcher {
  const { store, views, log } = settings;
  const listeners = new Set<Listener>();
  const onClosing = new Set<() => void>();
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;

  async function look(): Promise<void> {
    const ids = [...listeners].flatMap(({ runId, open }) => runId ?? open);
    const wantsAll = [...listeners].some(({ runId }) => runId === null);
    const all = [{ status: { $in: [...openRunStates] } }, { ended_at: { $gte: new Date(Date.now() - lookBackMs) } }];
    const filter = { $or: [{ _id: { $in: [...new Set(ids)] } }, ...(wantsAll ? all : [])] };
    const { items } = await store.runs.list(filter, 0, mostRuns);
    const seen = await views.many(items);
    for (const listener of listeners) tellNews(listener, seen);
  }

  async function lookAgain(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    const started = performance.now();
    let pauseMs = intervalMs;
    try {
      await look();
      const isAsked = [...listeners].some(({ isNew }) => isNew);
      pauseMs = isAsked ? 0 : Math.min(Math.max(intervalMs, (performance.now() - started) / share), longestMs);
    } catch (err) {
      log.debug({ err }, 'runs could not be looked at');
    }
    isLooking = false;
    if (listeners.size > 0) schedule(pauseMs);
  }

  function schedule(ms: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void lookAgain(), ms);
  }

  const watcher: RunWatcher = {
    watch(runId, tell) {
      const listener: Listener = { runId, tell, told: new Map(), open: [], isNew: true };
      listeners.add(listener);
      if (!isLooking) schedule(0);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && timer !== null) clearTimeout(timer);
      };
    },

    untilEnded(runId, ms, signal) {
      return new Promise((resolve) => {
        const finish = (run: RunView | null) => {
          clearTimeout(limit);
          stopWatching();
          stayOpen();
          signal.removeEventListener('abort', giveUp);
          resolve(run);
        };
        const giveUp = () => finish(null);
        const limit = setTimeout(giveUp, ms);
        const stopWatching = watcher.watch(runId, (run) => hasEnded(run.status) && finish(run));
        const stayOpen = watcher.onClose(giveUp);
        signal.addEventListener('abort', giveUp);
        if (signal.aborted || isClosed) giveUp();
      });
    },

    onClose(listener) {
      onClosing.add(listener);
      return () => void onClosing.delete(listener);
    },

    close() {
      isClosed = true;
      for (const listener of [...onClosing]) listener();
      listeners.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
  return watcher;
}

/** One who listens to all is not told of what had ended before. */
function tellNews(listener: Listener, runs: readonly RunView[]): void {
  const now = new Map<string, string>();
  const { isNew } = listener;
  listener.isNew = false;
  for (const run of runs) {
    if (listener.runId !== null && run.id !== listener.runId) continue;
    const text = JSON.stringify(run);
    now.set(run.id, text);
    const isOld = isNew && listener.runId === null && hasEnded(run.status);
    if (!isOld && listener.told.get(run.id) !== text) listener.tell(run);
  }
  listener.told = now;
  listener.open = runs.filter(({ id, status }) => now.has(id) && !hasEnded(status)).map(({ id }) => id);
}
