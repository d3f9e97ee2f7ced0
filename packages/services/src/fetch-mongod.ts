import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { moveIntoCache } from './fetch-wheel.ts';
import { runCommand } from './run-command.ts';

/** An archive that MongoDB's own site answers for. */
export interface MongodArchive {
  url: string;
  version: string;
  bytes: number;
  /** As published beside the archive; the site's certificate is what vouches for it. */
  sha256: string;
}

/** A site that does not answer in this time is left for the next source. */
const askTimeoutMs = 3000;

/**
 * The archive's address, as mongodb-memory-server knows it; undefined for a system it does not.
 *
 * @param platform by default this machine's
 */
export async function mongodArchiveUrl(
  version: string,
  platform: string = process.platform,
): Promise<string | undefined> {
  const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
  const { getOS } = await import('mongodb-memory-server-core/lib/util/getos/index.js');
  const { arch } = process;
  try {
    return await new MongoBinaryDownloadUrl({ version, platform, arch, os: await getOS() }).getDownloadUrl();
  } catch {
    return undefined;
  }
}

/** Asks for the archive's size and hash, three seconds at most; undefined where it cannot be had. */
export async function askForMongod(url: string, version: string): Promise<MongodArchive | undefined> {
  const signal = AbortSignal.timeout(askTimeoutMs);
  try {
    const [head, hash] = await Promise.all([
      fetch(url, { method: 'HEAD', signal }),
      fetch(`${url}.sha256`, { signal }),
    ]);
    const sha256 = /^[0-9a-f]{64}\b/.exec(hash.ok ? await hash.text() : '')?.[0];
    if (!head.ok || !sha256) return undefined;
    return { url, version, bytes: Number(head.headers.get('content-length')), sha256 };
  } catch {
    return undefined;
  }
}

export function describeArchive({ url, version, bytes, sha256 }: MongodArchive): string {
  return `MongoDB ${version}, ${Math.round(bytes / 1e6)} MB, licence SSPL-1.0, from ${url}, sha256 ${sha256}`;
}

/** Where the downloaded `mongod` of a version lies in the cache. */
export function downloadedMongod(cacheDir: string, version: string): string {
  return join(cacheDir, `mongodb-${version}`, 'mongod');
}

/** Downloads the archive, compares its hash, unpacks `mongod` alone into the cache and gives its path. */
export async function downloadMongod(archive: MongodArchive, cacheDir: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(join(cacheDir, '.fetching-'));
  try {
    const file = join(folder, 'archive.tgz');
    const sha256 = await download(archive.url, file);
    if (sha256 !== archive.sha256) throw new Error(`${archive.url} has sha256 ${sha256} instead of ${archive.sha256}.`);
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    const tar = await runCommand('tar', [
      '-xzf',
      file,
      '-C',
      unpacked,
      '--strip-components=2',
      ...(await mongodIn(file)),
    ]);
    if (tar.code !== 0) throw new Error(`${archive.url} cannot be unpacked: ${tar.stderr.trim()}`);
    const executable = downloadedMongod(cacheDir, archive.version);
    await moveIntoCache(unpacked, join(executable, '..'));
    return executable;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(url: string, path: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new Error(`${url} answers ${answer.status}.`);
  const hash = createHash('sha256');
  await using file = await open(path, 'w');
  for await (const chunk of answer.body) {
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return hash.digest('hex');
}

async function mongodIn(archive: string): Promise<string[]> {
  const list = await runCommand('tar', ['-tzf', archive]);
  return list.stdout.split('\n').filter((path) => /^[^/]+\/bin\/mongod$/.test(path));
}
