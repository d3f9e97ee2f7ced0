/** Work that is done again and again. */
export interface Loop {
  start(): void;
  /** Resolves when what is under way has ended; nothing begins any more. */
  stop(): Promise<void>;
}

/**
 * Does work over and over, each time so long after the last.
 *
 * @param onError told of what it throws; it goes on
 */
export function createLoop(pauseMs: number, work: () => Promise<void>, onError: (error: unknown) => void): Loop {
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();
  let isStopped = false;

  function schedule(): void {
    timer = setTimeout(() => {
      working = work()
        .catch(onError)
        .then(() => {
          if (!isStopped) schedule();
        });
    }, pauseMs);
  }

  return {
    start: schedule,
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
  };
}
