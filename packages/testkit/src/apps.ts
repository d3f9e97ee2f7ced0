import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type AppName, appCommand, waitUntil } from '@broadstreet-sync/services';

/** A real process of ours. */
export interface App {
  pid: number;
  /** What it wrote so far, standard output and errors, line by line. */
  lines: readonly string[];
  /** Resolves with the match of the first line, past or to come, that fits; rejects when the process ends before. */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal, by default SIGKILL, and resolves when the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<AppExit>;
  /** Sends a signal that does not end it, such as SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  exited: Promise<AppExit>;
}

export interface AppExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** An app that is up; `url` is empty where it listens on nothing. */
export interface RunningApp extends App {
  url: string;
}

/** The line that says an app is up, with its address where it has one. */
const readyLine: Readonly<Record<AppName, RegExp>> = {
  api: /^api listening on (http\S+)/,
  worker: /worker ready/,
  simulator: /^simulator listening on (http\S+)/,
};

const running = new Set<App>();

/** `usual`: what people run; `test`: the same, and crash points that can be armed (packages/test-build). */
export type AppBuild = 'usual' | 'test';

const entries: Readonly<Record<AppBuild, string | undefined>> = {
  usual: undefined,
  test: join('test', 'test-build.ts'),
};

/**
 * Starts an app from its source with the settings given and no others: neither the environment nor a `.env` file of
 * this machine reaches it. Does not wait until it is up; for that there is `spawnApp`.
 */
export function launchApp(name: AppName, env: Readonly<Record<string, string>>, build: AppBuild = 'usual'): App {
  const { command, args } = appCommand(name, entries[build]);
  const cwd = mkdtempSync(join(tmpdir(), `broadstreet-${name}-`));
  // With a channel to us, the app ends when this process does.
  const child = spawn(command, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const app = describeChild(name, child);
  running.add(app);
  void app.exited.finally(() => {
    running.delete(app);
    rmSync(cwd, { recursive: true, force: true });
  });
  return app;
}

/** Starts an app and waits until it says that it is up. Rejects with its last lines where it ends before. */
export async function spawnApp(
  name: AppName,
  env: Readonly<Record<string, string>>,
  build: AppBuild = 'usual',
): Promise<RunningApp> {
  const app = launchApp(name, env, build);
  try {
    const [, url = ''] = await app.waitForLine(readyLine[name]);
    return { ...app, url };
  } catch (error) {
    await app.kill();
    throw error;
  }
}

/** Kills every app that a test of this file still has: for `afterEach` or `afterAll`. */
export async function stopApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.kill()));
}

function describeChild(name: AppName, child: ChildProcess): App {
  const lines: string[] = [];
  let end: AppExit | undefined;
  const exited = new Promise<AppExit>((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: by then the last lines may still be on their way.
    child.once('close', (code, signal) => {
      end = { code, signal };
      resolve(end);
    });
  });
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on('line', (line) => lines.push(line));
  }

  async function waitForLine(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const found = await waitUntil(`A line like ${pattern} of ${name}`, timeoutMs, async () => {
      for (const line of lines) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      return end;
    });
    if (Array.isArray(found)) return found;
    throw new Error(
      `${name} ended (${found.code ?? found.signal}) without ${pattern}:\n${lines.slice(-20).join('\n')}`,
    );
  }

  return {
    pid: child.pid ?? 0,
    lines,
    waitForLine,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      return exited;
    },
    signal: (signal) => void child.kill(signal),
    exited,
  };
}
