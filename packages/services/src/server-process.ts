import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './run-command.ts';

/**
 * Runs a server under a shell that waits for the end of its own standard input. That input is a pipe of ours: when
 * this process ends in any way, SIGKILL included, the pipe closes and the server gets SIGTERM. `$1` is the pid file, `$2` the log.
 */
const keeper = `
pidfile=$1 log=$2; shift 2
exec 3<&0 </dev/null 2>>"$log"
"$@" >&2 3<&- & server=$!
echo "$server" >"$pidfile"; echo "$server"
exec >&2
( read -r _ <&3; kill -TERM "$server" ) 2>/dev/null & watcher=$!
exec 3<&-
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** How long a server may take for its orderly end before it is killed. */
const stopTimeoutMs = 15_000;

export interface ServerProcess {
  /** Of the server itself. */
  pid: number;
  /** Settles when the server has ended, however it did. */
  exited: Promise<void>;
  /** Ends it in order, and with SIGKILL where that takes longer than 15 s. */
  stop(): Promise<void>;
  /** Sends SIGKILL, as a crash would, and waits for the end. */
  kill(): Promise<void>;
}

export interface ServerSettings {
  /** For messages. */
  name: string;
  command: string;
  args: readonly string[];
  /** Holds the pid file; a server of ours left over from a crash there is ended first. */
  folder: string;
  logFile: string;
}

/** Starts a server in a process group of its own, so that Ctrl-C in a terminal reaches only us. */
export async function startServerProcess({
  name,
  command,
  args,
  folder,
  logFile,
}: ServerSettings): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, 'server.pid');
  await endLeftOver(pidFile, folder);
  putAsideLargeLog(logFile);

  const shell = spawn('/bin/sh', ['-c', keeper, 'keeper', pidFile, logFile, command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(shell, 'exit').then(() => undefined);
  const pid = Number(await Promise.race([firstLine(shell.stdout), exited]));
  if (!pid) throw new Error(`${name} could not be started; see ${logFile}.`);

  async function kill(): Promise<void> {
    signal(pid, 'SIGKILL');
    await exited;
  }
  async function stop(): Promise<void> {
    signal(pid, 'SIGTERM');
    const hasEnded = await Promise.race([exited.then(() => true), delay(stopTimeoutMs, false, { ref: false })]);
    if (!hasEnded) await kill();
  }
  return { pid, exited, stop, kill };
}

async function firstLine(output: Readable): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) return line;
  return undefined;
}

/** Waits for `isUp`; where that fails, or the server ends before, ends it and throws with the log's last lines. */
export async function untilUp(
  name: string,
  server: ServerProcess,
  logFile: string,
  isUp: () => Promise<unknown>,
): Promise<void> {
  const ended = server.exited.then(() => {
    throw new Error('it ended while it started');
  });
  try {
    await Promise.race([isUp(), ended]);
  } catch (cause) {
    ended.catch(() => {});
    await server.kill();
    throw new Error(`${name} did not come up; its log ends with:\n${lastLines(logFile)}`, { cause });
  }
}

/** A log that has grown past 10 MB becomes `.1` before it is written to again. */
export function putAsideLargeLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > 10e6) renameSync(path, `${path}.1`);
}

/** The last lines of a log, of what was written to it from a byte on; for an error that says why something ended. */
export function lastLines(path: string, count = 5, from = 0): string {
  if (!existsSync(path)) return '';
  return readFileSync(path).subarray(from).toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** The command line of a running process, or undefined where there is no such process. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (existsSync('/proc/self/cmdline')) {
    const path = `/proc/${pid}/cmdline`;
    return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', ' ') : undefined;
  }
  const { code, stdout } = await runCommand('ps', ['-o', 'args=', '-p', String(pid)]);
  return code === 0 ? stdout.trim() : undefined;
}

/** Ends the server that the pid file names if it still runs on this very folder; another process with its pid stays. */
async function endLeftOver(pidFile: string, folder: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const isOurs = async () => pid > 0 && ((await commandLineOf(pid)) ?? '').includes(folder);
  const killAt = Date.now() + stopTimeoutMs;
  if (await isOurs()) signal(pid, 'SIGTERM');
  while (await isOurs()) {
    if (Date.now() > killAt) signal(pid, 'SIGKILL');
    await delay(50);
  }
  rmSync(pidFile, { force: true });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
