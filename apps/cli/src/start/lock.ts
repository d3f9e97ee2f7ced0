import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '@broadstreet-sync/services';

export interface FolderLock {
  /** True where an earlier start did not end in order; what it left may still be ending. */
  isTakenOver: boolean;
  release(): void;
}

/**
 * Makes this process the only start on a data folder. Throws where another one runs on it; a lock that a killed
 * start left is taken over.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'start.pid');
  let isTakenOver = false;
  while (!writeIfAbsent(file)) {
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && (await isStart(holder))) {
      throw new Error(
        `Another start (process ${holder}) runs on ${folder}: stop it, or set DATA_DIR to another folder.`,
      );
    }
    rmSync(file, { force: true });
    isTakenOver = true;
  }
  return { isTakenOver, release: () => rmSync(file, { force: true }) };
}

function writeIfAbsent(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A process id is given again after a while: only one whose command uses such a folder counts. */
async function isStart(pid: number): Promise<boolean> {
  return /\bcli\b.* (start|keys)\b/.test((await commandLineOf(pid)) ?? '');
}
