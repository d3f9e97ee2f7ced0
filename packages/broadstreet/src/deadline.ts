/** Ends one request: by time or by the caller. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Which of the two it was, once the signal is aborted. */
  endedBy(): 'timeout' | 'caller' | null;
  /** Lets the clock stand still until the work is done: it is ours, not the other side's. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** How long it stood still, in ms. */
  stoodStillMs(): number;
  /** Takes the timer and the listener away; to be called when the request is over. */
  clear(): void;
}

/** Starts the clock of one request: `ms` from now, or the moment the caller's signal is aborted. */
export function startDeadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  let reason: 'timeout' | 'caller' | null = null;
  const end = (by: 'timeout' | 'caller') => {
    reason ??= by;
    controller.abort();
  };
  let [leftMs, startedAt] = [ms, performance.now()];
  let stillMs = 0;
  let timer = setTimeout(end, leftMs, 'timeout');
  const onAbort = () => end('caller');
  caller?.addEventListener('abort', onAbort, { once: true });
  if (caller?.aborted) onAbort();

  return {
    signal: controller.signal,
    endedBy: () => reason,
    async during(work) {
      clearTimeout(timer);
      const stoppedAt = performance.now();
      leftMs -= stoppedAt - startedAt;
      try {
        return await work();
      } finally {
        startedAt = performance.now();
        stillMs += startedAt - stoppedAt;
        timer = setTimeout(end, Math.max(0, leftMs), 'timeout');
      }
    },
    stoodStillMs: () => stillMs,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
