import { join } from 'node:path';

/** The processes that we start from their source. */
export type AppName = 'api' | 'worker' | 'simulator';

/** The project's top folder. */
export const projectFolder = join(import.meta.dirname, '..', '..', '..');

/**
 * Options of Node.js. V8 lets garbage pile up to several times what a program needs before it collects; a worker is to be
 * small beside the stores. With these it publishes 60,000 changes in 170 MB instead of 325, for a fifth more computing
 * (docker/Dockerfile has the same).
 */
const nodeOptions: Readonly<Record<AppName, readonly string[]>> = {
  api: [],
  worker: ['--heap-growing-percent=50', '--max-semi-space-size=8'],
  simulator: [],
};

/**
 * What to run for an app: this Node.js on its `main.ts`, with workspace packages taken from their source too.
 *
 * @param entry within the app's folder; tests have one that can be told to crash
 */
export function appCommand(app: AppName, entry = join('src', 'main.ts')): { command: string; args: string[] } {
  const main = join(projectFolder, 'apps', app, entry);
  return { command: process.execPath, args: ['--conditions=@broadstreet-sync/source', ...nodeOptions[app], main] };
}
