import { createLogger, onShutdown, runMain } from '@broadstreet-sync/runtime';
import { workerSettings } from './settings.ts';
import { startWorker } from './worker.ts';

runMain(async () => {
  const settings = workerSettings();
  const secrets = [settings.BROADSTREET_ACCESS_TOKEN, settings.MONGODB_URI, settings.REDIS_URL];
  const log = createLogger({ name: 'worker', level: settings.LOG_LEVEL, secrets });
  onShutdown(log, await startWorker(settings, log));
  // Not by the log alone: its level may be silent, and others wait for this line.
  process.stdout.write('worker ready\n');
});
