import { environment } from '@broadstreet-sync/runtime';
import { type AppName, appCommand } from '@broadstreet-sync/services';

/** Becomes the app: the same process, so that signals and the exit code are the app's own. Does not return. */
export function runApp(app: AppName): void {
  const { command, args } = appCommand(app);
  process.execve?.(command, [command, ...args], environment());
}
