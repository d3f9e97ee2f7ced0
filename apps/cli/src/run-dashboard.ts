import { join } from 'node:path';
import { environment } from '@broadstreet-sync/runtime';
import { projectFolder } from '@broadstreet-sync/services';

/** Becomes the dashboard's development server (Vite), which asks the API that a start has brought up. Does not return. */
export function runDashboard(): void {
  const folder = join(projectFolder, 'apps', 'web');
  const env = environment();
  process.chdir(folder);
  process.execve?.(process.execPath, [process.execPath, join(folder, 'node_modules', 'vite', 'bin', 'vite.js')], env);
}
