import type { PlanChange } from '@broadstreet-sync/domain';
import { type Account, createAccount } from './account.ts';
import { archive } from './archive.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Changes, createChanges } from './changes.ts';
import { claimStray, type StrayClaim } from './claim-stray.ts';
import { collectionsOf, ensureIndexes } from './collections.ts';
import { type Conflicts, createConflicts } from './conflicts.ts';
import { connect } from './connect.ts';
import { type Counters, createCounters } from './counters.ts';
import { createDeletions, type DeletionStore } from './deletions.ts';
import { createDependants, type DependantStore } from './dependants.ts';
import type { RunDocument } from './documents.ts';
import { createDraftEdits, type DraftEdits } from './draft-edits.ts';
import { type Drift, findDrift } from './drift.ts';
import { type DroppedRow, dropRow } from './drop-row.ts';
import { createExisting, type Existing } from './existing.ts';
import { createHistory, type History } from './history.ts';
import { createHolds, type Holds } from './holds.ts';
import { createIntents, type Intents } from './intents.ts';
import { createKeys, type Keys } from './keys.ts';
import { createLineages, type Lineages } from './lineages.ts';
import { type Linking, type LinkOutcome, link } from './linking.ts';
import { createLocals, type Locals } from './locals.ts';
import { createLocks, type Locks } from './locks.ts';
import { createLogs, type Logs } from './logs.ts';
import { syncLogModel } from './models.ts';
import { createNames, type Names } from './names.ts';
import { createOverview, type Overview } from './overview.ts';
import { changesSince } from './plan-check.ts';
import { createPlans, type Plans } from './plans.ts';
import { createPresence, type Presence } from './presence.ts';
import { createProduction, type Production } from './production.ts';
import { createPromoter } from './promoter.ts';
import type { Promotion } from './promotion.ts';
import { type Publication, publish } from './publish.ts';
import { createRates, type Rates } from './rates.ts';
import { type Removal, removeEntity } from './remove-entity.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import { createScopes, type Scopes } from './scopes.ts';
import { createSelection, type Selection } from './selection.ts';
import { createSentEdits, type SentEdits } from './sent-edits.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { settleUpdate, type UpdateSettlement } from './settle-update.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { createStoredToken, type StoredToken } from './stored-token.ts';
import { createStrays, type Strays } from './strays.ts';
import { createTallies, type Tallies } from './tallies.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { databaseTime } from './transactions.ts';
import { createUndo, type UndoStore } from './undo.ts';
import { forgetUnpublished } from './unpublished.ts';
import { createWorkload, type Workload } from './workload.ts';

/** All that we keep in MongoDB, by what it is about. */
export interface Store {
  readonly account: Account;
  readonly runs: Runs;
  readonly tasks: Tasks;
  readonly intents: Intents;
  readonly strays: Strays;
  readonly names: Names;
  readonly changes: Changes;
  readonly holds: Holds;
  readonly counters: Counters;
  readonly production: Production;
  readonly schedules: Schedules;
  readonly scopes: Scopes;
  readonly tallies: Tallies;
  readonly locals: Locals;
  readonly draftEdits: DraftEdits;
  readonly lineages: Lineages;
  readonly selection: Selection;
  readonly plans: Plans;
  readonly overview: Overview;
  readonly logs: Logs;
  readonly locks: Locks;
  readonly presence: Presence;
  readonly rates: Rates;
  readonly workload: Workload;
  readonly conflicts: Conflicts;
  readonly history: History;
  readonly dependants: DependantStore;
  readonly deletions: DeletionStore;
  readonly existing: Existing;
  readonly sentEdits: SentEdits;
  readonly undo: UndoStore;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly storedToken: StoredToken;
  /** See {@link readSnapshot}. */
  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** See {@link promote}. */
  promote(promotion: Promotion): Promise<boolean>;
  /** See {@link dropRow}. */
  dropRow(row: DroppedRow): Promise<void>;
  /** See {@link claimStray}. */
  claimStray(claim: StrayClaim): Promise<boolean>;
  /** See {@link changesSince}. */
  changesSince(plan: RunDocument, most: number): Promise<PlanChange[]>;
  /** See {@link link}. */
  link(linking: Linking): Promise<LinkOutcome>;
  /** See {@link settleUpdate}. */
  settleUpdate(settlement: UpdateSettlement): Promise<boolean>;
  /** See {@link removeEntity}. */
  removeEntity(removal: Removal): Promise<boolean>;
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
  const tasks = createTasks(db, collections);
  const holds = createHolds(db, collections, changes);
  const locals = createLocals(collections);
  const lineages = createLineages(collections);
  const selection = createSelection(collections, locals, lineages);
  const plans = createPlans(collections);
  const production = createProduction(collections);
  const dependants = createDependants(collections, locals);
  const deletions = createDeletions(db, collections);
  const existing = createExisting(production, deletions, selection);
  return {
    account: createAccount(collections),
    runs: createRuns(collections),
    tasks,
    intents: createIntents(collections),
    strays: createStrays(collections),
    names: createNames(collections),
    changes,
    holds,
    counters: createCounters(collections),
    production,
    schedules: createSchedules(db, collections),
    scopes: createScopes(collections),
    tallies: createTallies(collections),
    locals,
    draftEdits: createDraftEdits(db, collections, locals),
    lineages,
    selection,
    plans,
    overview: createOverview(collections),
    conflicts: createConflicts(db, collections, production),
    history: createHistory(collections, changes),
    dependants,
    deletions,
    existing,
    sentEdits: createSentEdits(db, collections),
    undo: createUndo(collections, dependants),
    keys: createKeys(collections),
    sessions: createSessions(collections),
    audit: createAudit(collections),
    storedToken: createStoredToken(collections),
    logs: createLogs(logs),
    locks: createLocks(collections),
    presence: createPresence(db, collections),
    rates: createRates(collections),
    workload: createWorkload(collections),
    snapshot: (read) => readSnapshot(db, collections, read),
    promote: createPromoter(db, collections),
    dropRow: (row) => dropRow(db, collections, row),
    claimStray: (claim) => claimStray(db, collections, claim),
    changesSince: (plan, most) => changesSince({ plans, locals, production, selection, existing }, plan, most),
    link: (linking) => link(db, collections, lineages, linking),
    settleUpdate: (settlement) => settleUpdate(db, collections, tasks, settlement),
    removeEntity: (removal) => removeEntity(db, collections, tasks, removal),
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
