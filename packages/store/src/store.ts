import { type Account, createAccount } from './account.ts';
import { archive } from './archive.ts';
import { type Changes, createChanges } from './changes.ts';
import { collectionsOf, ensureIndexes } from './collections.ts';
import { connect } from './connect.ts';
import type { RunDocument } from './documents.ts';
import { createIntents, type Intents } from './intents.ts';
import { createLocals, type Locals } from './locals.ts';
import { createLocks, type Locks } from './locks.ts';
import { createLogs, type Logs } from './logs.ts';
import { syncLogModel } from './models.ts';
import { createNames, type Names } from './names.ts';
import { createPresence, type Presence } from './presence.ts';
import { createProduction, type Production } from './production.ts';
import { type Promotion, promote } from './promotion.ts';
import { type Publication, publish } from './publish.ts';
import { createRates, type Rates } from './rates.ts';
import { createRuns, type Runs } from './runs.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { databaseTime } from './transactions.ts';
import { createWorkload, type Workload } from './workload.ts';

/** All that we keep in MongoDB, by what it is about. */
export interface Store {
  readonly account: Account;
  readonly runs: Runs;
  readonly tasks: Tasks;
  readonly intents: Intents;
  readonly names: Names;
  readonly changes: Changes;
  readonly production: Production;
  readonly locals: Locals;
  readonly logs: Logs;
  readonly locks: Locks;
  readonly presence: Presence;
  readonly rates: Rates;
  readonly workload: Workload;
  /** See {@link promote}. */
  promote(promotion: Promotion): Promise<boolean>;
  /** See {@link publish}. */
  publish(publication: Publication): ReturnType<typeof publish>;
  /** See {@link archive}. */
  archive(run: RunDocument): Promise<void>;
  /** The time by the database's clock. */
  now(): Promise<Date>;
  /** Milliseconds that MongoDB took to answer. @throws when it does not answer */
  ping(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the store: connects, checks durability, makes missing indexes.
 *
 * @param uri replica set, with the database's name
 * @param name of this process, for {@link Presence}
 * @throws SyncError as {@link connect}
 */
export async function createStore(uri: string, name?: string): Promise<Store> {
  const { connection, db } = await connect(uri, name);
  const collections = collectionsOf(db);
  const logs = syncLogModel(connection);
  await ensureIndexes(connection, db);
  await logs.createIndexes();
  const changes = createChanges(collections);
  const tasks = createTasks(collections);
  return {
    account: createAccount(collections),
    runs: createRuns(collections),
    tasks,
    intents: createIntents(collections),
    names: createNames(collections),
    changes,
    production: createProduction(collections),
    locals: createLocals(collections),
    logs: createLogs(logs),
    locks: createLocks(collections),
    presence: createPresence(db, collections),
    rates: createRates(collections),
    workload: createWorkload(collections),
    promote: (promotion) => promote(db, collections, tasks, promotion),
    publish: (publication) => publish(db, collections, changes, publication),
    archive: (run) => archive(collections, changes, run),
    now: () => databaseTime(db),
    async ping() {
      const started = performance.now();
      await db.command({ ping: 1 }, { timeoutMS: 2000 });
      return performance.now() - started;
    },
    close: () => connection.close(),
  };
}
