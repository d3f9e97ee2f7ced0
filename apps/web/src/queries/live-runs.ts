import { api, pathOf, type RunView } from '@broadstreet-sync/contract';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { askBody, only } from '../api/call.ts';
import { hasEnded } from '../runs/words.ts';
import { keys } from './keys.ts';

/** Runs under way as the API's events tell of them. */
interface Live {
  readonly isConnected: boolean;
  readonly running: readonly RunView[];
}

type EndListener = (run: RunView) => void;

const runSchema = only(api.getRun).answers[200].body;
const path = pathOf(only(api.watchRuns));
const againMs = 3000;
const everyMs = 10_000;

/** What is held goes on when a person confirms it, a preview of an import when one has it published. */
function canGoOn({ status, dry_run, published_at }: RunView): boolean {
  return status === 'held' || (dry_run && published_at === null);
}

/** One stream of events for all of the page; it comes back by itself when the API does. */
function createLiveRuns() {
  let live: Live = { isConnected: true, running: [] };
  const listeners = new Set<() => void>();
  const endListeners = new Set<EndListener>();

  function set(next: Partial<Live>): void {
    live = { ...live, ...next };
    for (const tell of listeners) tell();
  }

  function take(client: QueryClient, run: RunView): void {
    const known = client.getQueryData<RunView>(keys.run(run.id));
    // An answer that was overtaken by an event.
    if (known !== undefined && hasEnded(known) && !hasEnded(run) && !canGoOn(known)) return;
    client.setQueryData(keys.run(run.id), run);
    const wasRunning = live.running.some(({ id }) => id === run.id);
    const others = live.running.filter(({ id }) => id !== run.id);
    set({ running: hasEnded(run) ? others : [...others, run].sort((a, b) => a.id.localeCompare(b.id)) });
    if (!hasEnded(run) && !wasRunning) void client.invalidateQueries({ queryKey: ['runs', 'page'] });
    if (hasEnded(run)) end(client, run, wasRunning);
  }

  function end(client: QueryClient, run: RunView, wasRunning: boolean): void {
    for (const key of [keys.entities, keys.allOverviews, keys.runs, keys.schedules, ['names'], ['logs']]) {
      void client.invalidateQueries({ queryKey: key });
    }
    if (wasRunning) for (const tell of endListeners) tell(run);
  }

  /** What ended while there was no connection is asked for. */
  async function catchUp(client: QueryClient): Promise<void> {
    for (const { id } of live.running) {
      const run = await askBody(only(api.getRun), { params: { id } }).catch(() => null);
      if (run !== null) take(client, run);
    }
  }

  /** Of a page that nobody looks at it is closed: a browser has few connections for one host. */
  function connect(client: QueryClient): () => void {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;

    function open(): void {
      if (source !== null || document.hidden) return;
      source = new EventSource(path);
      source.addEventListener('open', () => {
        // What has happened meanwhile is known to nobody here.
        if (!isFirst) void client.invalidateQueries();
        isFirst = false;
        set({ isConnected: true });
        void catchUp(client);
      });
      source.addEventListener('error', () => {
        set({ isConnected: false });
        if (source?.readyState === EventSource.CLOSED) openLater();
      });
      source.addEventListener('run', ({ data }) => {
        const parsed = runSchema.safeParse(JSON.parse(String(data)));
        if (parsed.success) take(client, parsed.data);
      });
    }
    function close(): void {
      clearTimeout(timer);
      source?.close();
      source = null;
    }
    /** A browser comes back by itself, but not after an answer that is no stream. */
    function openLater(): void {
      close();
      timer = setTimeout(open, againMs);
    }
    const onVisibility = () => (document.hidden ? close() : open());

    open();
    // For events that did not come.
    const watch = setInterval(() => void catchUp(client), everyMs);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearInterval(watch);
      document.removeEventListener('visibilitychange', onVisibility);
      close();
    };
  }

  return {
    connect,
    take,
    now: () => live,
    subscribe(tell: () => void) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    onEnd(tell: EndListener) {
      endListeners.add(tell);
      return () => void endListeners.delete(tell);
    },
  };
}

const liveRuns = createLiveRuns();

/** Notes a run that was started here, before an event tells of it: a short one may have ended by then. */
export function noteRun(client: QueryClient, run: RunView): void {
  liveRuns.take(client, run);
}

export function useLiveRuns(): Live {
  return useSyncExternalStore(liveRuns.subscribe, liveRuns.now);
}

/** Keeps the stream open as long as the page is, and tells of each run that ends meanwhile. */
export function useLiveConnection(onEnd: EndListener): void {
  const client = useQueryClient();
  useEffect(() => liveRuns.connect(client), [client]);
  useEffect(() => liveRuns.onEnd(onEnd), [onEnd]);
}
