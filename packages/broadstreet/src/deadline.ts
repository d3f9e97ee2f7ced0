/** Ends one request: by time or by the caller. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Which of the two it was, once the signal is aborted. */
  endedBy(): 'timeout' | 'caller' | null;
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
  const timer = setTimeout(end, ms, 'timeout');
  const onAbort = () => end('caller');
  caller?.addEventListener('abort', onAbort, { once: true });
  if (caller?.aborted) onAbort();

  return {
    signal: controller.signal,
    endedBy: () => reason,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
