import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectFolder } from '@broadstreet-sync/services';
import { z } from 'zod';

/** What `quiet-reporter.ts` tells at the end of a run. */
const summarySchema = z.object({
  files: z.number(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.array(z.string()),
});

export type TestSummary = z.output<typeof summarySchema>;

/** Projects of `vitest.config.ts`: tests, or what takes too long to be one of them. */
const projects = { tests: ['unit', 'integration'], trials: ['trials'] } as const;

/**
 * Runs the tests whose path contains one of `paths`, all without any. Prints failures, what was skipped, and last
 * `N passed, N failed`; the exit code is 1 where anything failed or nothing ran.
 */
export async function runTests(
  paths: readonly string[],
  namePattern?: string,
  what: keyof typeof projects = 'tests',
): Promise<void> {
  const vitest = join(projectFolder, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = join(import.meta.dirname, 'quiet-reporter.ts');
  const name = namePattern === undefined ? [] : ['--testNamePattern', namePattern];
  const chosen = projects[what].map((project) => `--project=${project}`);
  const args = [vitest, 'run', ...chosen, `--reporter=${reporter}`, ...name, ...paths];
  const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ignoreSignal = () => {};
  // Vitest gets the terminal's Ctrl-C itself and ends its services; we stay for its summary.
  process.on('SIGINT', ignoreSignal);
  let summary: TestSummary | undefined;
  child.on('message', (message) => {
    summary = summarySchema.parse(message);
  });
  const [code] = await once(child, 'close');

  const { files, passed, failed, skipped } = summary ?? { files: 0, passed: 0, failed: 0, skipped: [] };
  if (skipped.length > 0) console.log(`Skipped:\n${skipped.map((test) => `  ${test}`).join('\n')}`);
  const nothing = whyNothingRan(paths, namePattern, { files, passed, failed });
  if (nothing !== null) console.error(nothing);
  // A run that broke in another way than by a failed test must not look like a good one.
  const counted = failed === 0 && code !== 0 ? 1 : failed;
  console.log(`${passed} passed, ${counted} failed`);
  process.exitCode = counted === 0 && passed > 0 ? 0 : 1;
}

/** Why no test was run, where none was for what was asked; null where some were, or something else broke. */
export function whyNothingRan(
  paths: readonly string[],
  namePattern: string | undefined,
  { files, passed, failed }: Pick<TestSummary, 'files' | 'passed' | 'failed'>,
): string | null {
  if (passed + failed > 0) return null;
  if (files === 0 && paths.length > 0) return `No test file has ${paths.join(' or ')} in its path.`;
  return files === 0 || namePattern === undefined ? null : `No test there has ${namePattern} in its name.`;
}
