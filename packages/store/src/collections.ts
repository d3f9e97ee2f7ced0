import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import type { Connection, mongo } from 'mongoose';
import type * as documents from './documents.ts';
import { localModel, productionModel } from './models.ts';

/** Name of the collection of what was made here of a kind and does not exist remotely. */
export function localCollection(name: KindName): string {
  return `local_${name}`;
}

/** Every collection that we use, typed by what lies in it. */
export interface Collections {
  readonly runs: mongo.Collection<documents.RunDocument>;
  readonly tasks: mongo.Collection<documents.TaskDocument>;
  readonly intents: mongo.Collection<documents.IntentDocument>;
  readonly reservations: mongo.Collection<documents.ReservationDocument>;
  readonly listedNames: mongo.Collection<documents.ListedNameDocument>;
  readonly idMap: mongo.Collection<documents.IdMapDocument>;
  readonly planItems: mongo.Collection<documents.PlanItemDocument>;
  readonly changes: mongo.Collection<documents.ChangeDocument>;
  readonly holds: mongo.Collection<documents.HoldDocument>;
  readonly counters: mongo.Collection<documents.CounterDocument>;
  readonly removed: mongo.Collection<documents.RemovedDocument>;
  readonly history: mongo.Collection<documents.HistoryDocument>;
  readonly scopes: mongo.Collection<documents.ScopeDocument>;
  readonly rates: mongo.Collection<documents.RateDocument>;
  readonly rateMinutes: mongo.Collection<documents.RateMinuteDocument>;
  readonly account: mongo.Collection<documents.AccountDocument>;
  readonly schedules: mongo.Collection<documents.ScheduleDocument>;
  readonly ticks: mongo.Collection<documents.TickDocument>;
  readonly locks: mongo.Collection<documents.LockDocument>;
  readonly processes: mongo.Collection<documents.ProcessDocument>;
  readonly accessKeys: mongo.Collection<documents.KeyDocument>;
  readonly sessions: mongo.Collection<documents.SessionDocument>;
  readonly secrets: mongo.Collection<documents.StoredTokenDocument>;
  readonly audit: mongo.Collection<documents.AuditDocument>;
  readonly production: Readonly<Record<KindName, mongo.Collection<documents.ProductionDocument>>>;
  readonly local: Readonly<Record<KindName, mongo.Collection<documents.LocalDocument>>>;
}

function forEachKind<T>(make: (name: KindName) => T): Record<KindName, T> {
  const [first, ...rest] = kindNames;
  const made: Partial<Record<KindName, T>> = {};
  for (const name of [first, ...rest]) made[name] = make(name);
  return made as Record<KindName, T>;
}

/** The collections of a database. */
export function collectionsOf(db: mongo.Db): Collections {
  return {
    runs: db.collection('runs'),
    tasks: db.collection('tasks'),
    intents: db.collection('intents'),
    reservations: db.collection('reservations'),
    listedNames: db.collection('listed_names'),
    idMap: db.collection('id_map'),
    planItems: db.collection('plan_items'),
    changes: db.collection('changes'),
    holds: db.collection('holds'),
    counters: db.collection('counters'),
    removed: db.collection('removed'),
    history: db.collection('history'),
    scopes: db.collection('scopes'),
    rates: db.collection('rates'),
    rateMinutes: db.collection('rate_minutes'),
    account: db.collection('account'),
    schedules: db.collection('schedules'),
    ticks: db.collection('schedule_ticks'),
    locks: db.collection('locks'),
    processes: db.collection('processes'),
    accessKeys: db.collection('access_keys'),
    sessions: db.collection('sessions'),
    secrets: db.collection('secrets'),
    audit: db.collection('audit'),
    production: forEachKind((name) => db.collection(name)),
    local: forEachKind((name) => db.collection(localCollection(name))),
  };
}

/** Text too, in the one form that lets a partial index serve a search for a value: `$type` does not. */
const hasText = { $gte: '' } as const;
const hasTime = { $gte: new Date(0) } as const;

/*
 * Indexes of tasks that queries name: left to itself, MongoDB may walk through all tasks of a run in their order to find the
 * few that are open. With `counted` in it, the progress of a run is read from the index alone.
 */
export const byState = { run_id: 1, kind: 1, state: 1, order: 1, counted: 1 } as const;
export const byWindow = { run_id: 1, kind: 1, window: 1, state: 1, order: 1 } as const;
/** Waiting tasks of all runs. */
export const byDueTime = { state: 1, not_before: 1 } as const;

/** The audit trail is kept for two years. */
const auditSeconds = 730 * 24 * 60 * 60;

/** The queries that each index serves are in the module of the same name. */
const engineIndexes: Readonly<Record<string, readonly mongo.IndexDescription[]>> = {
  runs: [
    { name: 'slot', key: { slot: 1 }, unique: true, partialFilterExpression: { slot: hasText } },
    {
      name: 'idempotency_key',
      key: { idempotency_key: 1 },
      unique: true,
      partialFilterExpression: { idempotency_key: hasText },
    },
    { key: { status: 1, created_at: 1 } },
    { key: { created_at: -1 } },
    { name: 'archive', key: { archive: 1 }, partialFilterExpression: { archive: hasText } },
    { key: { 'schedule.id': 1, created_at: -1 }, partialFilterExpression: { 'schedule.id': hasText } },
    { name: 'keep_until', key: { keep_until: 1 }, partialFilterExpression: { keep_until: hasTime } },
  ],
  tasks: [{ key: byState }, { key: byWindow }, { key: byDueTime }, { key: { run_id: 1, kind: 1, order: 1, _id: 1 } }],
  intents: [
    {
      name: 'unresolved_name',
      key: { name_key: 1 },
      unique: true,
      partialFilterExpression: { name_key: hasText, state: { $in: ['claimed', 'sending', 'ambiguous', 'parked'] } },
    },
    { key: { kind: 1, state: 1 } },
    { name: 'sweep_after', key: { sweep_after: 1 }, partialFilterExpression: { sweep_after: hasTime } },
    { key: { run_id: 1, kind: 1, state: 1 } },
    { key: { kind: 1, remote_id: 1 } },
    { name: 'strays', key: { 'strays.key': 1 }, sparse: true },
  ],
  reservations: [{ key: { run_id: 1 } }, { key: { name_scope: 1 } }],
  listed_names: [{ key: { run_id: 1, name_scope: 1 } }],
  id_map: [{ key: { kind: 1, remote_id: 1 } }],
  plan_items: [
    { key: { run_id: 1, level: 1, kind: 1, order: 1, _id: 1 } },
    { key: { run_id: 1, kind: 1, subject: 1 } },
  ],
  changes: [{ key: { run_id: 1, kind: 1, operation: 1, _id: 1 } }, { key: { task_id: 1 } }],
  holds: [{ key: { run_id: 1, kind: 1, state: 1 } }, { key: { state: 1 } }],
  counters: [{ key: { asked_at: 1 }, expireAfterSeconds: 86_400 }],
  history: [
    { key: { kind: 1, key: 1, at: -1 } },
    { key: { at: -1, _id: -1 } },
    { key: { kind: 1, at: -1, _id: -1 } },
    { key: { run_id: 1, kind: 1 } },
    { key: { operation: 1, at: 1 } },
  ],
  scopes: [{ key: { kind: 1, verified_at: 1, _id: 1 } }],
  rate_minutes: [{ key: { at: 1 }, expireAfterSeconds: 90 * 24 * 3600 }],
  access_keys: [
    { key: { hash: 1 }, unique: true },
    { name: 'name_held', key: { name: 1 }, unique: true, partialFilterExpression: { revoked_at: null } },
  ],
  sessions: [{ key: { expires_at: 1 }, expireAfterSeconds: 0 }, { key: { key_id: 1 } }],
  audit: [
    { key: { at: -1 }, expireAfterSeconds: auditSeconds },
    { key: { name: 1, at: -1 } },
    { key: { action: 1, at: -1 } },
    { key: { run_id: 1 } },
  ],
  schedules: [
    { key: { name: 1 } },
    { name: 'next_at', key: { next_at: 1 }, partialFilterExpression: { next_at: hasTime } },
  ],
  schedule_ticks: [
    { key: { schedule_id: 1, at: -1 } },
    { name: 'starting', key: { state: 1, decided_at: 1 }, partialFilterExpression: { state: 'starting' } },
    { name: 'kept', key: { decided_at: 1 }, expireAfterSeconds: 30 * 24 * 3600 },
  ],
  // No import takes so long.
  removed: [{ key: { at: 1 }, expireAfterSeconds: 30 * 24 * 60 * 60 }],
};

/**
 * Makes every index that is missing, those of production and local collections from the kinds. Collections come first:
 * a transaction that meets a missing one would have to make it.
 */
export async function ensureIndexes(connection: Connection, db: mongo.Db): Promise<void> {
  const ofKinds = kindNames.flatMap((name) => [
    productionModel(connection, kinds[name]).createIndexes(),
    localModel(connection, kinds[name]).createIndexes(),
  ]);
  const ofEngine = Object.entries(engineIndexes).map(([name, indexes]) =>
    db.collection(name).createIndexes([...indexes]),
  );
  await Promise.all([...ofKinds, ...ofEngine]);
  const present = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  for (const name of ['account', 'locks', 'processes', ...kindNames.map(localCollection)]) {
    if (!present.has(name)) await createCollection(db, name);
  }
}

/** Two processes that start at once may both try. */
async function createCollection(db: mongo.Db, name: string): Promise<void> {
  await db.createCollection(name).catch((error: unknown) => {
    if (!(error instanceof Error && 'codeName' in error && error.codeName === 'NamespaceExists')) throw error;
  });
}
