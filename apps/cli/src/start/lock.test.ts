import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock.ts';

const others: ChildProcess[] = [];
const newFolder = () => mkdtempSync(join(tmpdir(), 'lock-'));

/** A process whose command line is that of a start, or of something else. */
function otherProcess(args: string[]): number {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...args], { stdio: 'ignore' });
  others.push(other);
  return other.pid ?? 0;
}

function folderHeldBy(pid: number): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'start.pid'), `${pid}\n`);
  return folder;
}

afterEach(() => {
  for (const other of others.splice(0)) other.kill('SIGKILL');
});

describe('lockFolder', () => {
  it('holds a folder until it is released', async () => {
    const folder = join(newFolder(), 'new');
    const lock = await lockFolder(folder);

    expect(lock.isTakenOver).toBe(false);
    lock.release();
    expect(existsSync(join(folder, 'start.pid'))).toBe(false);
  });

  it('refuses a folder on which another start runs, and names it', async () => {
    const pid = otherProcess(['apps/cli/src/main.ts', 'start']);

    await expect(lockFolder(folderHeldBy(pid))).rejects.toThrow(`Another start (process ${pid})`);
  });

  it('takes over from a start that is gone, and from a process that has its number now', async () => {
    expect((await lockFolder(folderHeldBy(2 ** 22 + 1))).isTakenOver).toBe(true);
    expect((await lockFolder(folderHeldBy(otherProcess(['something', 'else'])))).isTakenOver).toBe(true);
  });
});
