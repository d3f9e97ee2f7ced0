import { join } from 'node:path';

/** The processes that we start from their source. */
export type AppName = 'api' | 'worker' | 'simulator';

/** The project's top folder. */
export const projectFolder = join(import.meta.dirname, '..', '..', '..');

/**
 * What to run for an app: this Node.js on its `main.ts`, with workspace packages taken from their source too.
 *
 * @param entry within the app's folder; tests have one that can be told to crash
 */
export function appCommand(app: AppName, entry = join('src', 'main.ts')): { command: string; args: string[] } {
  const main = join(projectFolder, 'apps', app, entry);
  return { command: process.execPath, args: ['--conditions=@broadstreet-sync/source', main] };
}
