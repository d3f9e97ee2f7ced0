import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
const kept = ['apps', 'packages', 'package.json', 'tsconfig.base.json', 'tsconfig.json', 'vitest.config.ts'];

/** A copy of the project that can be changed and run. */
export interface ProjectCopy {
  readonly folder: string;
  /** Runs a tool of the project to its end; gives its output, and rejects with it where the tool fails. */
  run(tool: string, ...args: string[]): Promise<string>;
  /** Starts an app with these settings; gives the first match in a line of its output. */
  start(app: string, env: Readonly<Record<string, string>>, ready: RegExp): Promise<string>;
  /** Ends what was started and removes the copy. */
  remove(): Promise<void>;
}

/** Copies the project's sources. What it depends on is shared with the project itself. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'broadstreet-copy-')));
  const isSource = (path: string) => !/(^|\/)(dist|\.turbo)(\/|$)/.test(relative(root, path));
  for (const name of kept) {
    // Packages refer to each other by relative links, which lead to the copies.
    await cp(join(root, name), join(folder, name), { recursive: true, verbatimSymlinks: true, filter: isSource });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const running = new Set<ChildProcess>();

  return {
    folder,

    run(tool, ...args) {
      const command = join(root, 'node_modules', '.bin', tool);
      return new Promise((resolve, reject) => {
        // Colours would stand between the words that a test looks for.
        const env = { PATH: dirname(process.execPath), NO_COLOR: '1' };
        execFile(command, args, { cwd: folder, env }, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`${tool} ${args.join(' ')} fails:\n${stdout}\n${stderr}`));
        });
      });
    },

    start(app, env, ready) {
      const args = ['--conditions=@broadstreet-sync/source', join(folder, 'apps', app, 'src', 'main.ts')];
      const child = spawn(process.execPath, args, { cwd: folder, env: { ...env } });
      running.add(child);
      child.once('close', () => running.delete(child));
      const lines: string[] = [];
      return new Promise((resolve, reject) => {
        for (const output of [child.stdout, child.stderr]) {
          createInterface({ input: output }).on('line', (line) => {
            lines.push(line);
            const match = ready.exec(line);
            if (match !== null) resolve(match[1] ?? match[0]);
          });
        }
        child.once('error', reject);
        child.once('close', () => reject(new Error(`${app} ended:\n${lines.join('\n')}`)));
      });
    },

    async remove() {
      const ends = [...running].map((child) => once(child, 'close'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(ends);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
