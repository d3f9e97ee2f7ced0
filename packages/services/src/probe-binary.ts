import type { ServerBinary } from './binaries.ts';
import { type CommandResult, runCommand } from './run-command.ts';

/** The Debian packages of the libraries that the fetched mongod needs beside libc. */
const packageOfLibrary: Readonly<Record<string, string>> = {
  'libcurl.so.4': 'libcurl4',
  'libssl.so.3': 'libssl3',
  'libcrypto.so.3': 'libssl3',
  'liblzma.so.5': 'liblzma5',
};

export type Probe = { isUsable: true; version: string } | { isUsable: false; isAbsent: boolean; reason: string };

/** Starts `command --version` to learn whether it runs on this machine and is new enough. */
export async function probeBinary(binary: ServerBinary, command: string): Promise<Probe> {
  const result = await runCommand(command, ['--version']);
  const isAbsent = result.code === null && result.stderr.includes('ENOENT');
  if (isAbsent) return { isUsable: false, isAbsent, reason: `${command} is not there` };
  if (result.code !== 0) return { isUsable: false, isAbsent, reason: await describeFailure(command, result) };
  const [, major, minor] = binary.versionPattern.exec(result.stdout) ?? [];
  const version = `${major}.${minor}`;
  const [oldestMajor, oldestMinor] = binary.oldest;
  const newerBy = Number(major) - oldestMajor || Number(minor) - oldestMinor;
  if (newerBy >= 0) return { isUsable: true, version };
  return {
    isUsable: false,
    isAbsent,
    reason: `${command} is version ${version}, and ${binary.oldest.join('.')} is needed`,
  };
}

async function describeFailure(command: string, { stderr }: CommandResult): Promise<string> {
  // ldd names every missing library at once; the loader's own message stops at the first.
  const linked = await runCommand('ldd', [command]);
  return (
    explainLoaderOutput(`${stderr}\n${linked.stdout}\n${linked.stderr}`) ?? `${command} does not run: ${stderr.trim()}`
  );
}

/**
 * Turns what the dynamic loader and `ldd` print into what to install, or undefined where they name nothing missing.
 */
export function explainLoaderOutput(output: string): string | undefined {
  const glibc = [...output.matchAll(/version `GLIBC_([\d.]+)' not found/g)]
    .map((match) => match[1])
    .sort()
    .at(-1);
  if (glibc) return `this system’s C library is too old: glibc ${glibc} or later is needed (Debian 12, Ubuntu 22.04)`;
  const patterns = [/(\S+\.so[\d.]*) => not found/g, /shared libraries: (\S+\.so[\d.]*): cannot open/g];
  const libraries = new Set(
    patterns.flatMap((pattern) => [...output.matchAll(pattern)].map((match) => match[1] ?? '')),
  );
  if (libraries.size === 0) return undefined;
  const packages = new Set([...libraries].map((library) => packageOfLibrary[library] ?? `the package of ${library}`));
  return `system libraries are missing (${[...libraries].join(', ')}): install ${[...packages].join(' ')}`;
}
