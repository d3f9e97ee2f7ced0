import { join } from 'node:path';
import { projectFolder } from './app-command.ts';
import { runCommand } from './run-command.ts';

/**
 * Builds the dashboard where its sources have changed since it was built last: turbo compares, and keeps what it has
 * built. Rejects with the build's own words.
 */
export async function buildDashboard(): Promise<void> {
  const turbo = join(projectFolder, 'node_modules', '.bin', 'turbo');
  const args = ['run', 'build', '--filter=@broadstreet-sync/web', '--output-logs=errors-only', '--no-color'];
  const { code, stdout, stderr } = await runCommand(turbo, args, projectFolder);
  if (code !== 0) throw new Error(`The dashboard could not be built:\n${stdout}\n${stderr}`.trim());
}
