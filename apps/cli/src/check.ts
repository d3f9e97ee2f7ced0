import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '@broadstreet-sync/runtime';
import { projectFolder } from '@broadstreet-sync/services';

interface Check {
  /** What it looks at, in one word or two. */
  name: string;
  /** A tool of `node_modules/.bin`, or a script of ours. */
  command: string;
  args: readonly string[];
}

const checks: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['-b'] },
  { name: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '--colors=off'] },
  { name: 'lint with types', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'boundaries', command: 'turbo', args: ['boundaries'] },
  { name: 'unused code', command: 'knip', args: [] },
  { name: 'names of kinds', command: 'node', args: ['scripts/check-kind-names.ts'] },
];

/** Runs every check; one line for each, and the output of those that fail. Exit code 1 where any does. */
export async function checkProject(): Promise<void> {
  for (const check of checks) {
    const startedAt = performance.now();
    const { isGood, output } = await run(check);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (!isGood) console.log(output.trim());
    console.log(`${isGood ? 'good' : 'BAD '}  ${check.name} (${seconds} s)`);
    if (!isGood) process.exitCode = 1;
  }
}

function run({ command, args }: Check): Promise<{ isGood: boolean; output: string }> {
  const tool = join(projectFolder, 'node_modules', '.bin', command);
  const options = { cwd: projectFolder, env: { ...environment(), TURBO_TELEMETRY_DISABLED: '1' }, maxBuffer: 64e6 };
  return new Promise((resolve) => {
    execFile(existsSync(tool) ? tool : command, args, options, (error, stdout, stderr) =>
      resolve({ isGood: error === null, output: `${stdout}\n${stderr}` }),
    );
  });
}
