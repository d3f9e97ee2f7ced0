import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, runCommand } from '@broadstreet-sync/services';
import { findNamedKinds } from './check-kind-names.ts';

/** Looks at one thing; gives what is wrong, or nothing. */
interface Check {
  name: string;
  run: () => Promise<string>;
}

const checks: readonly Check[] = [
  { name: 'types', run: () => runTool('tsc', '-b') },
  { name: 'types of tests', run: () => runTool('tsc', '-p', 'tsconfig.test.json') },
  { name: 'format and lint', run: () => runTool('biome', 'check', '--error-on-warnings', '--colors=off') },
  { name: 'lint with types', run: () => runTool('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'boundaries', run: () => runTool('turbo', 'boundaries', '--no-color') },
  { name: 'unused code', run: () => runTool('knip', '--no-progress') },
  { name: 'layers', run: () => runTool('node', 'scripts/layers.ts') },
  { name: 'names of kinds', run: async () => (await findNamedKinds(projectFolder, await projectFiles())).join('\n') },
];

/** Runs every check; one line for each, after what it found. Exit code 1 where any found something. */
export async function checkProject(): Promise<void> {
  for (const { name, run } of checks) {
    const startedAt = performance.now();
    const faults = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (faults) console.log(faults);
    console.log(`${faults ? 'BAD ' : 'good'}  ${name} (${seconds} s)`);
    if (faults) process.exitCode = 1;
  }
}

async function runTool(tool: string, ...args: string[]): Promise<string> {
  const path = join(projectFolder, 'node_modules', '.bin', tool);
  const result = await runCommand(existsSync(path) ? path : tool, args, projectFolder);
  return result.code === 0 ? '' : `${result.stdout}\n${result.stderr}`.trim() || `${tool} failed`;
}

/** What git knows or would take, of apps and packages. */
async function projectFiles(): Promise<string[]> {
  const files = await runCommand('git', ['ls-files', '-co', '--exclude-standard', 'apps', 'packages'], projectFolder);
  return files.stdout.split('\n').filter((path) => path && existsSync(join(projectFolder, path)));
}
