import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '@broadstreet-sync/runtime';
import { projectFolder, runCommand } from '@broadstreet-sync/services';
import { eventually } from '@broadstreet-sync/testkit';

/** A command line of ours that runs as a person would run it, in a process of its own. */
export interface Command {
  pid: number;
  /** What it has printed so far, standard output and errors together. */
  output(): string;
  /** Resolves when the output has `text`; rejects when the command ends without. */
  prints(text: string, timeoutMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

const running = new Set<ChildProcess>();

/** Runs `./sync` with these arguments; of this machine's environment it gets only where programs and the user are. */
export function runCommandLine(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  const { PATH, HOME, XDG_CACHE_HOME } = environment();
  const child = spawn(join(projectFolder, 'sync'), args, {
    env: { PATH, HOME, XDG_CACHE_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      hasEnded = true;
      resolve(code ?? signal);
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async prints(text, timeoutMs = 90_000) {
      await eventually(() => hasEnded || output.includes(text), { timeoutMs });
      if (!output.includes(text)) throw new Error(`It ended without "${text}":\n${output}`);
    },
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/** Kills what a failed test left; what those have started ends with them. */
export function killCommands(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The process that `parent` has started and whose command line has `text`; undefined where there is none. */
export async function childOf(parent: number, text: string): Promise<number | undefined> {
  const { stdout } = await runCommand('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const row = stdout.split('\n').find((line) => Number(line.trim().split(/\s+/)[1]) === parent && line.includes(text));
  return row === undefined ? undefined : Number(row.trim().split(/\s+/)[0]);
}
