import { createLogger, onShutdown, runMain } from '@broadstreet-sync/runtime';
import type { SyncContext } from '@broadstreet-sync/sync';
import { workerSettings } from './settings.ts';
import { startWorker } from './worker.ts';

/**
 * Runs a worker until it is told to stop.
 *
 * @param reach what a test build does at named points
 */
export async function runWorker(reach?: SyncContext['reach']): Promise<void> {
  const settings = workerSettings();
  const secrets = [settings.BROADSTREET_ACCESS_TOKEN, settings.SECRET_KEY, settings.MONGODB_URI, settings.REDIS_URL];
  const log = createLogger({ name: 'worker', level: settings.LOG_LEVEL, secrets });
  onShutdown(log, await startWorker(settings, log, reach));
  // Not by the log alone: its level may be silent, and others wait for this line.
  process.stdout.write('worker ready\n');
}

if (import.meta.main) runMain(() => runWorker());
