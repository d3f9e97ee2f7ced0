import { execFile } from 'node:child_process';

export interface CommandResult {
  /** Exit code; null where the command could not be started or was ended by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end, in `folder` or this process's, and gives its output, whatever its exit code. */
export function runCommand(command: string, args: readonly string[], folder?: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: folder, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
