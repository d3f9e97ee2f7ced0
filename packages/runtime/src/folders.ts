import { homedir } from 'node:os';
import { join } from 'node:path';

const APP = 'broadstreet-sync';

/** The folder that keeps this user's data of ours between starts: XDG's on Linux, Application Support on macOS. */
export function userDataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', APP);
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), APP);
}

/** The folder for what can be fetched again, such as the binaries of the embedded stores. */
export function userCacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', APP);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), APP);
}
