import type { Logger } from './logger.ts';

/** One thing to end, in its place in the order: what starts new work first, what it needs last. */
export interface ShutdownStep {
  name: string;
  run: () => unknown;
}

/** npm relays a Ctrl-C that the terminal has sent to us too: both count as one. */
const sameSignalMs = 500;

export interface ShutdownOptions {
  /** After this time the process exits with 1, whatever hangs; in milliseconds, default 60,000. */
  graceMs?: number;
}

/**
 * On the first SIGTERM or SIGINT runs the steps one after the other and exits with 0, or with 1 where one failed;
 * a second signal exits with 1 at once. A process that was started with an IPC channel does the same when its
 * parent is gone, so nothing outlives a killed parent.
 */
export function onShutdown(
  log: Logger,
  steps: readonly ShutdownStep[],
  { graceMs = 60_000 }: ShutdownOptions = {},
): void {
  let stoppedAt: number | undefined;

  async function stop(reason: string): Promise<void> {
    log.info({ reason }, 'stopping');
    setTimeout(() => {
      log.error({ graceMs }, 'not stopped in time');
      process.exit(1);
    }, graceMs).unref();
    process.exit((await runSteps(log, steps)) ? 0 : 1);
  }

  function onSignal(reason: string): void {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now();
      void stop(reason);
    } else if (performance.now() - stoppedAt > sameSignalMs) {
      log.warn({ reason }, 'stopped by a second signal');
      process.exit(1);
    }
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // `send` is there for who was started with a channel, also when the parent went before this was called.
  if (!process.send) return;
  const onParentGone = () => stoppedAt !== undefined || onSignal('parent gone');
  if (process.connected) process.once('disconnect', onParentGone);
  else onParentGone();
}

/** A step that fails does not keep the later ones from running. */
async function runSteps(log: Logger, steps: readonly ShutdownStep[]): Promise<boolean> {
  let isClean = true;
  for (const step of steps) {
    try {
      await step.run();
    } catch (err) {
      isClean = false;
      log.error({ err, step: step.name }, 'a step of the stop failed');
    }
  }
  log.info({ clean: isClean }, 'stopped');
  return isClean;
}
