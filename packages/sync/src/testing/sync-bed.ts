import {
  applyEdit,
  type Decision,
  decide,
  type EntityFields,
  type KindName,
  kinds,
  levels,
} from '@broadstreet-sync/domain';
import {
  createStore,
  editedPart,
  type LocalDocument,
  type ProductionDocument,
  type RunDocument,
  type RunRequest,
  type Store,
  type TaskDocument,
} from '@broadstreet-sync/store';
import { testBed } from '@broadstreet-sync/testkit';
import type { SyncContext, SyncLimits, TaskOutcome } from '../context.ts';
import { planRemovals } from '../export/plan-removals.ts';
import { finishRun } from '../finish-run.ts';
import { runTask } from '../run-task.ts';
import { isKindOver, kindsAtLevel, kindsToRemove, planKind, settleKind, startRun } from '../runs.ts';
import { createMemoryRemote, type MemoryRemote } from './memory-remote.ts';
import { createTestBudget, type TestBudget } from './test-budget.ts';

/** The rules over a real store and an account in memory, driven as the worker drives them, one step after the other. */
export interface SyncBed {
  readonly store: Store;
  readonly remote: MemoryRemote;
  readonly budget: TestBudget;
  readonly context: SyncContext;
  /** The same world with other limits. */
  within(limits: Partial<SyncLimits>): SyncContext;
  /** Stores a run and begins it. */
  begin(request: Partial<RunRequest>): Promise<RunDocument>;
  /** Plans a kind, with the lists that its plan needs. */
  plan(run: RunDocument, kind: KindName): Promise<void>;
  /** Plans a kind and does its tasks until none is open. */
  drive(run: RunDocument, kind: KindName, context?: SyncContext): Promise<void>;
  /** One step of a task. */
  work(run: RunDocument, taskId: string): Promise<TaskOutcome>;
  /** Removes what an export is to remove, kind by kind. */
  removals(run: RunDocument, context?: SyncContext): Promise<void>;
  /** Closes a run as it is. */
  finish(run: RunDocument): Promise<RunDocument | null>;
  /** A whole run. */
  run(request: Partial<RunRequest>, context?: SyncContext): Promise<RunDocument>;
  importKinds(...names: KindName[]): Promise<RunDocument>;
  add(kind: KindName, fields: EntityFields): Promise<string>;
  /** Edits an entity of production. */
  edit(kind: KindName, key: string, patch: EntityFields): Promise<ProductionDocument>;
  /** Decides about an entity of production that was edited here and there. */
  decide(kind: KindName, key: string, decisions: Readonly<Record<string, Decision>>): Promise<ProductionDocument>;
  local(kind: KindName, id: string): Promise<LocalDocument | null>;
  production(kind: KindName): Promise<ProductionDocument[]>;
  task(run: RunDocument, kind: KindName, localId: string): Promise<TaskDocument>;
  /** One step of the task that creates a local entity. */
  step(run: RunDocument, kind: KindName, localId: string, context?: SyncContext): Promise<TaskOutcome>;
  close(): Promise<void>;
}

const mostRounds = 60;

export async function openSyncBed(): Promise<SyncBed> {
  const store = await createStore(testBed().mongoUri);
  const remote = createMemoryRemote();
  const budget = createTestBudget();
  const limits: SyncLimits = { networks: null, readOnly: false, timeoutMs: 0, settleMs: 0 };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const within = (changed: Partial<SyncLimits>): SyncContext => ({
    store,
    remote,
    budget,
    limits: { ...limits, ...changed },
    log,
    owner: 'test',
    random: () => 0,
    isPassing: () => false,
    onStop: () => undefined,
    reach: () => undefined,
  });
  const context = within({});
  const { signal } = new AbortController();

  async function latest(run: RunDocument): Promise<RunDocument> {
    const found = await store.runs.get(run._id);
    if (found === null) throw new Error(`no run ${run._id}`);
    return found;
  }

  const bed: SyncBed = {
    store,
    remote,
    budget,
    context,
    within,

    async begin(request) {
      const full: RunRequest = {
        operation: 'export',
        mode: 'full',
        kinds: [],
        only: null,
        filters: {},
        dry_run: false,
        conflicts: 'remote_wins',
        confirm: [],
        requested_by: 'test',
        retry_of: null,
        idempotency_key: null,
        ...request,
      };
      const { run } = await store.runs.trigger(full, false);
      await startRun(context, run);
      return latest(run);
    },

    async plan(run, kind) {
      while ((await latest(run)).plan[kind]?.phase !== 'ready') {
        await planKind(context, await latest(run), kinds[kind]);
        const open = await store.tasks.open({ run: run._id, kind, stage: 'levels' }, 1000);
        const lists = open.filter(({ action }) => action === 'names' || action === 'list');
        for (const task of lists) await runTask(context, await latest(run), task._id, signal);
      }
    },

    async drive(run, kind, world = context) {
      for (let round = 0; round < mostRounds; round += 1) {
        const now = await latest(run);
        if (now.stop !== null) return;
        await planKind(world, now, kinds[kind]);
        const open = await store.tasks.open({ run: run._id, kind, stage: 'levels' }, 1000);
        for (const task of open) await runTask(world, await latest(run), task._id, signal);
        if (open.length > 0) continue;
        const settled = await settleKind(world, await latest(run), kinds[kind]);
        if (settled !== null && isKindOver(settled, kind)) return;
      }
      throw new Error(`${kind} do not come to an end`);
    },

    work: async (run, taskId) => runTask(context, await latest(run), taskId, signal),
    finish: (run) => finishRun(context, run._id),

    async removals(run, world = context) {
      for (const kind of kindsToRemove(run)) {
        await planRemovals(world, await latest(run), kind);
        for (let round = 0; round < mostRounds; round += 1) {
          const open = await store.tasks.open({ run: run._id, kind: kind.name, stage: 'removals' }, 1000);
          if (open.length === 0 || (await latest(run)).stop !== null) break;
          for (const task of open) await runTask(world, await latest(run), task._id, signal);
        }
      }
    },

    async run(request, world = context) {
      const run = await bed.begin(request);
      // A run from a plan goes through its kinds twice.
      for (let flow: RunDocument | null = run; flow !== null; ) {
        for (const level of levels.keys()) {
          for (const { name } of kindsAtLevel(run, level + 1)) await bed.drive(run, name, world);
        }
        if (run.operation === 'export') await bed.removals(await latest(run), world);
        flow = await finishRun(world, run._id);
      }
      return latest(run);
    },

    importKinds: (...names) => bed.run({ operation: 'import', kinds: names }),
    add: async (kind, fields) => (await store.locals.create(kind, fields))._id.toHexString(),

    async edit(kind, key, patch) {
      const before = await store.production.get(kind, key);
      if (before === null) throw new Error(`no ${kind} ${key}`);
      const after = applyEdit(kinds[kind], editedPart(before), patch);
      const document = await store.production.edit(kind, key, before.sync.revision, after);
      if (document === null) throw new Error(`${kind} ${key} was not edited`);
      return document;
    },

    async decide(kind, key, decisions) {
      const before = await store.production.get(kind, key);
      if (before === null) throw new Error(`no ${kind} ${key}`);
      const decided = await store.conflicts.decide(kind, before, decide(kinds[kind], editedPart(before), decisions));
      if (decided === null) throw new Error(`${kind} ${key} was not decided about`);
      return decided;
    },

    local: (kind, id) => store.locals.get(kind, id),
    production: async (kind) => (await store.production.page(kind, {}, {}, 0, 10_000)).items,

    async task(run, kind, localId) {
      const task = await store.tasks.of({ run_id: run._id, kind, action: 'create', subject: localId });
      if (task === null) throw new Error(`no task for ${localId}`);
      return task;
    },

    async step(run, kind, localId, world = context) {
      return runTask(world, await latest(run), (await bed.task(run, kind, localId))._id, signal);
    },

    close: () => store.close(),
  };
  return bed;
}
