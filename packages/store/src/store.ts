import { type Account, createAccount } from './account.ts';
import { archive } from './archive.ts';
import { type Changes, createChanges } from './changes.ts';
import { collectionsOf, ensureIndexes } from './collections.ts';
import { connect } from './connect.ts';
import { type Counters, createCounters } from './counters.ts';
import type { RunDocument } from './documents.ts';
import { type Drift, findDrift } from './drift.ts';
import { createHolds, type Holds } from './holds.ts';
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
import { createRuns, type Runs } from './runs.ts';
import { createScopes, type Scopes } from './scopes.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { createTallies, type Tallies } from './tallies.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { databaseTime } from './transactions.ts';
import { forgetUnpublished } from './unpublished.ts';

/** All that we keep in MongoDB, by what it is about. */
export interface Store {
  readonly account: Account;
  readonly runs: Runs;
  readonly tasks: Tasks;
  readonly intents: Intents;
  readonly names: Names;
  readonly changes: Changes;
  readonly holds: Holds;
  readonly counters: Counters;
  readonly production: Production;
  readonly scopes: Scopes;
  readonly tallies: Tallies;
  readonly locals: Locals;
  readonly logs: Logs;
  readonly locks: Locks;
  readonly presence: Presence;
  /** See {@link readSnapshot}. */
  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** See {@link promote}. */
  promote(promotion: Promotion): Promise<boolean>;
  /** See {@link publish}. */
  publish(publication: Publication): ReturnType<typeof publish>;
  /** See {@link findDrift}. */
  drift(run: RunDocument, tasks: readonly string[] | null): Promise<Drift>;
  /** See {@link archive}. */
  archive(run: RunDocument): Promise<void>;
  /** See {@link forgetUnpublished}. */
  forgetUnpublished(now: Date): Promise<string[]>;
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
  const holds = createHolds(db, collections);
  return {
    account: createAccount(collections),
    runs: createRuns(collections),
    tasks,
    intents: createIntents(collections),
    names: createNames(collections),
    changes,
    holds,
    counters: createCounters(collections),
    production: createProduction(collections),
    scopes: createScopes(collections),
    tallies: createTallies(collections),
    locals: createLocals(collections),
    logs: createLogs(logs),
    locks: createLocks(collections),
    presence: createPresence(db, collections),
    snapshot: (read) => readSnapshot(db, collections, read),
    promote: (promotion) => promote(db, collections, tasks, promotion),
    publish: (publication) => publish(db, collections, changes, publication),
    drift: (run, tasks) => findDrift(collections, changes, run, tasks),
    archive: (run) => archive(collections, changes, run),
    forgetUnpublished: (now) => forgetUnpublished(collections, changes, holds, now),
    now: () => databaseTime(db),
    async ping() {
      const started = performance.now();
      await db.command({ ping: 1 }, { timeoutMS: 2000 });
      return performance.now() - started;
    },
    close: () => connection.close(),
  };
}
