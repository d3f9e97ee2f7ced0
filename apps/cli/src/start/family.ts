import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppName, appCommand, lastLines, projectFolder, putAsideLargeLog } from '@broadstreet-sync/services';

/** A process that keeps ending is not helped by starting it for ever. */
const mostRestarts = 5;
const restartDelayMs = 1000;
/** One that ran this long before it ended has its restarts anew. */
const longLifeMs = 600_000;
/** After this time of orderly stopping a child is killed. */
const stopTimeoutMs = 30_000;

export interface FamilySettings {
  logFolder: string;
  say: (line: string) => void;
}

/** The processes of one start; those started last end first. */
export interface Family {
  /** Starts an app. One that ends before `isReady` fails the family; later it is started again, five times at most. */
  start(app: AppName, env: NodeJS.ProcessEnv, isReady: () => Promise<boolean>): Promise<void>;
  /** Takes in something that was started otherwise, such as a store; its end fails the family. */
  adopt(name: string, member: { exited: Promise<unknown>; stop: () => Promise<void> }): void;
  /** Rejects when a member has ended and is not started again. */
  failed: Promise<never>;
  /** Ends all members, one after the other. */
  stop(): Promise<void>;
  isStopping(): boolean;
}

/** Keeps the processes of a start together: watches them, starts them again, ends them in order. */
export function createFamily({ logFolder, say }: FamilySettings): Family {
  const stops: (() => Promise<void>)[] = [];
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let isStopping = false;

  const logOf = (name: string) => join(logFolder, `${name}.log`);
  /** `from`: where in its log the member began to write. */
  function fail(name: string, how: string, from = 0): void {
    const end = lastLines(logOf(name), 15, from);
    if (!isStopping) failure.reject(new Error(`The ${name} ${how}; its log, ${logOf(name)}, ends with:\n${end}`));
  }

  async function start(app: AppName, env: NodeJS.ProcessEnv, isReady: () => Promise<boolean>): Promise<void> {
    if (isStopping) return failure.promise;
    let running = spawnApp(app, env, logOf(app));
    let hasBeenReady = false;
    let restarts = 0;
    stops.push(() => stopChild(running.child));

    async function watch(): Promise<void> {
      const startedAt = performance.now();
      const [code, signal] = await once(running.child, 'exit');
      const how = `ended (${signal ?? `code ${code}`})`;
      if (isStopping) return;
      if (performance.now() - startedAt > longLifeMs) restarts = 0;
      if (!hasBeenReady || restarts >= mostRestarts) return fail(app, how, running.logStart);
      restarts += 1;
      say(`The ${app} ${how}; its log is ${logOf(app)}. Starting it again (${restarts} of ${mostRestarts}).`);
      await delay(restartDelayMs * 2 ** (restarts - 1));
      if (isStopping) return;
      running = spawnApp(app, env, logOf(app));
      return watch();
    }
    void watch();

    while (!(await Promise.race([isReady(), failure.promise]))) await delay(100);
    hasBeenReady = true;
  }

  return {
    start,
    adopt(name, { exited, stop }) {
      stops.push(stop);
      void exited.then(() => fail(name, 'ended'));
    },
    failed: failure.promise,
    isStopping: () => isStopping,
    async stop() {
      isStopping = true;
      for (const stop of stops.toReversed()) await stop();
    },
  };
}

function spawnApp(app: AppName, env: NodeJS.ProcessEnv, logFile: string): { child: ChildProcess; logStart: number } {
  const { command, args } = appCommand(app);
  putAsideLargeLog(logFile);
  const log = openSync(logFile, 'a');
  const logStart = fstatSync(log).size;
  // A group of its own: Ctrl-C reaches us alone, and we end the children in order. The channel tells them our death.
  const child = spawn(command, args, { cwd: projectFolder, env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  return { child, logStart };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const hasEnded = await Promise.race([exited.then(() => true), delay(stopTimeoutMs, false, { ref: false })]);
  if (hasEnded) return;
  child.kill('SIGKILL');
  await exited;
}
