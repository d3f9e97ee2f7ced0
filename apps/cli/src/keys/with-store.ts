import { join } from 'node:path';
import { runningMongoUri, startMongo } from '@broadstreet-sync/services';
import { createStore, type Store } from '@broadstreet-sync/store';
import { lockFolder } from '../start/lock.ts';
import { planStart, type StartPlan } from '../start/plan.ts';

/**
 * Opens the store that the settings name, or the one that `npm start` would use: as it runs, else for this time only.
 *
 * @throws Error where that cannot be started, SettingsError, SyncError as `createStore`
 */
export async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const plan = planStart();
  return plan.mongoUri === undefined ? withEmbedded(plan, work) : withUri(plan.mongoUri, work);
}

async function withUri<T>(uri: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await createStore(uri);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function withEmbedded<T>(plan: StartPlan, work: (store: Store) => Promise<T>): Promise<T> {
  const dataDir = join(plan.folder, 'mongodb');
  const lock = await lockFolder(plan.folder).catch(() => null);
  // A start runs on it.
  if (lock === null) return withUri(runningMongoUri(dataDir, plan.database), work);
  const log = (line: string) => console.error(line);
  const mongo = await startMongo({ dataDir, logFile: join(plan.logFolder, 'mongodb.log'), log }).catch((error) => {
    lock.release();
    throw error;
  });
  try {
    return await withUri(mongo.uriFor(plan.database), work);
  } finally {
    await mongo.stop();
    lock.release();
  }
}
