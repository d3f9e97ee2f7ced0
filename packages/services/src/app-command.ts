import { join } from 'node:path';

/** The processes that we start from their source. */
export type AppName = 'api' | 'worker' | 'simulator';

/** The project's top folder. */
export const projectFolder = join(import.meta.dirname, '..', '..', '..');

/** What to run for an app: this Node.js on its `main.ts`, with workspace packages taken from their source too. */
export function appCommand(app: AppName): { command: string; args: string[] } {
  const main = join(projectFolder, 'apps', app, 'src', 'main.ts');
  return { command: process.execPath, args: ['--conditions=@broadstreet-sync/source', main] };
}
