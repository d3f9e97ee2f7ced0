import { api, type ChangeView, type Page, type ResultView, type Route } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { ChangeDocument, RunDocument, Store, TaskDocument } from '@broadstreet-sync/store';
import { type Binding, bind } from '../http/bind.ts';
import { type ListPage, replyList } from '../http/csv.ts';
import { notFound } from '../http/problem-error.ts';
import { timeRange } from '../http/time-range.ts';
import { findRun } from './stop-run.ts';
import { changeView, holdView, isWrite, resultView, syncLogView, taskErrorView, taskView } from './task-views.ts';

type ListStore = Pick<Store, 'runs' | 'tasks' | 'changes' | 'holds' | 'production' | 'intents' | 'locals' | 'logs'>;

const writeActions = ['create', 'link', 'update', 'remove'] as const;

function columnsOf(routes: readonly Route[]): readonly string[] {
  return routes[0]?.answers[200]?.csv ?? [];
}

/** The lists that a run leaves, and the log of all runs. */
export function bindRunLists(store: ListStore): Binding[] {
  return [
    ...bind(api.listTasks, async ({ params, query }, http) => {
      const run = await findRun(store, params.id);
      const filter = {
        run_id: run._id,
        ...ofKind(query.kind),
        ...(query.state === undefined ? {} : { state: query.state }),
      };
      return replyList(http, {
        query,
        columns: columnsOf(api.listTasks),
        fileName: `run-${run._id}-tasks`,
        load: async ({ skip, limit }) => mapItems(await store.tasks.list(filter, skip, limit), taskView),
      });
    }),
    ...bind(api.listErrors, async ({ params, query }, http) => {
      const run = await findRun(store, params.id);
      const states = query.state === undefined ? (['failed', 'blocked'] as const) : [query.state];
      const filter = { run_id: run._id, ...ofKind(query.kind), state: { $in: [...states] } };
      return replyList(http, {
        query,
        columns: columnsOf(api.listErrors),
        fileName: `run-${run._id}-errors`,
        load: async ({ skip, limit }) => mapItems(await store.tasks.list(filter, skip, limit), taskErrorView),
      });
    }),
    ...bind(api.listChanges, async ({ params, query }, http) => {
      const run = await findRun(store, params.id);
      return replyList(http, {
        query,
        columns: columnsOf(api.listChanges),
        fileName: `run-${run._id}-changes`,
        load: (page) => loadChanges(store, run, query, page),
      });
    }),
    ...bind(api.listHeld, async ({ params, query }, http) => {
      const run = await findRun(store, params.id);
      const state = query.state === undefined ? {} : { state: query.state };
      const filter = { run_id: run._id, ...ofKind(query.kind), ...state };
      return replyList(http, {
        query,
        columns: columnsOf(api.listHeld),
        fileName: `run-${run._id}-held`,
        load: async ({ skip, limit }) => mapItems(await store.holds.list(filter, skip, limit), holdView),
      });
    }),
    ...bind(api.listResults, async ({ params, query }, http) => {
      const run = await findRun(store, params.id);
      if (run.operation !== 'export') {
        throw notFound(`The run ${run._id} is an import: it has changes, and no results as exports have.`);
      }
      return replyList(http, {
        query,
        columns: columnsOf(api.listResults),
        fileName: `run-${run._id}-results`,
        load: (page) => loadResults(store, run, query.kind, page),
      });
    }),
    ...bindSyncLogs(store),
  ];
}

function bindSyncLogs(store: ListStore): Binding[] {
  return bind(api.listSyncLogs, async ({ query }, http) => {
    const kind = query.entity_type ?? query.kind;
    const time = timeRange(query);
    const filter = {
      ...(kind === undefined ? {} : { entity_type: kind }),
      ...(query.operation === undefined ? {} : { operation: query.operation }),
      ...(query.run_id === undefined ? {} : { run_id: query.run_id }),
      ...(query.dry_run === undefined
        ? {}
        : { dry_run: query.dry_run === 'true' ? (true as const) : { $ne: true as const } }),
      ...(Object.keys(time).length === 0 ? {} : { timestamp: time }),
    };
    return replyList(http, {
      query,
      columns: columnsOf(api.listSyncLogs),
      fileName: 'sync-logs',
      load: async ({ skip, limit }) => mapItems(await store.logs.list(filter, skip, limit), syncLogView),
    });
  });
}

function ofKind(kind: KindName | undefined): { kind?: KindName } {
  return kind === undefined ? {} : { kind };
}

function mapItems<T, V>({ items, total }: ListPage<T>, toView: (item: T) => V): ListPage<V> {
  return { items: items.map(toView), total };
}

/**
 * What was published or promoted is in the history; what was not, or was just now, is still in the change set, and what is
 * held stays there.
 */
async function loadChanges(
  store: ListStore,
  run: RunDocument,
  query: {
    readonly kind?: KindName | undefined;
    readonly operation?: ChangeDocument['operation'] | undefined;
    readonly field?: string | undefined;
    readonly conflict?: string | undefined;
    readonly held?: string | undefined;
  },
  { skip, limit }: Page,
): Promise<ListPage<ChangeView>> {
  const operation = query.operation === undefined ? {} : { operation: query.operation };
  const filter = {
    ...ofKind(query.kind),
    ...operation,
    ...(query.field === undefined ? {} : { fields: query.field }),
    ...(query.conflict === undefined ? {} : { conflicts: { $exists: true } }),
  };
  const isHeld = query.held === 'true';
  if (isHeld || (run.operation === 'import' && (run.published_at === null || run.archive === 'due'))) {
    const part = await store.changes.filterOf(run._id, isHeld ? 'held' : run.published_at === null ? 'free' : 'made');
    const staged = await store.changes.list({ ...part, ...filter, passed_over: { $ne: true } }, skip, limit);
    return mapItems(staged, (change) => changeView(change, isHeld ? null : run.published_at));
  }
  const made = await store.production.history({ run_id: run._id, ...filter }, skip, limit);
  return mapItems(made, (change) => changeView(change, change.at));
}

async function loadResults(
  store: ListStore,
  run: RunDocument,
  kind: KindName | undefined,
  { skip, limit }: Page,
): Promise<ListPage<ResultView>> {
  const filter = { run_id: run._id, action: { $in: [...writeActions] }, ...ofKind(kind) };
  const { items, total } = await store.tasks.list(filter, skip, limit);
  const intents = new Map((await store.intents.many(items.map(({ subject }) => subject))).map((one) => [one._id, one]));
  const locals = await findLocals(store, items);
  return {
    items: items.flatMap((task) => {
      const local = locals.get(`${task.kind}:${task.subject}`);
      return isWrite(task.action) ? [resultView(task, task.action, intents.get(task.subject), local)] : [];
    }),
    total,
  };
}

async function findLocals(store: ListStore, tasks: readonly TaskDocument[]) {
  const found = await Promise.all(
    kindNames.map(async (kind) => {
      const ids = tasks
        .filter((task) => task.kind === kind && task.action === 'create' && task.state !== 'completed')
        .map(({ subject }) => subject);
      const documents = ids.length === 0 ? [] : await store.locals.many(kind, ids);
      return documents.map((document) => [`${kind}:${String(document._id)}`, document] as const);
    }),
  );
  return new Map(found.flat());
}
