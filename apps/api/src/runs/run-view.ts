import { type AccountView, api, pathOf, type RunView } from '@broadstreet-sync/contract';
import {
  hasEnded,
  type KindName,
  type KindProgress,
  kindNames,
  noChanges,
  type RequestCounts,
} from '@broadstreet-sync/domain';
import { jobIds, queueNames } from '@broadstreet-sync/jobs';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import { boardPath } from '../system/board-path.ts';
import { isPlanned } from './is-planned.ts';
import type { ReadRunPace } from './run-pace.ts';
import { textOf } from './text-of.ts';

export interface RunViewSettings {
  readonly store: Pick<Store, 'tasks' | 'undo'>;
  readonly readAccount: () => AccountView;
  readonly readPace: ReadRunPace;
}

type Progress = ReadonlyMap<KindName, KindProgress>;
type Kinds = RunView['kinds'];

/** What is known of a run beside its document. */
interface RunFacts {
  readonly progress: Progress;
  readonly counts: RequestCounts;
  readonly found: RunView['found'];
  /** It has created what is not undone. */
  readonly canUndo: boolean;
}

const noProgress: KindProgress = { total: 0, completed: 0, failed: 0, blocked: 0, skipped: 0 };
const noRequests: RequestCounts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };

/** Makes of run documents what answers and events show. */
export function createRunViews({ store, readAccount, readPace }: RunViewSettings) {
  async function viewOf(run: RunDocument, { progress, counts, found, canUndo }: RunFacts): Promise<RunView> {
    const kinds = kindsOf(run, progress);
    return {
      id: run._id,
      operation: run.operation,
      mode: run.mode,
      status: run.status,
      kinds,
      found,
      changes: Object.fromEntries(namesIn(kinds).map((name) => [name, run.changes[name] ?? noChanges])),
      requests: counts.requests,
      retries: counts.retries,
      rate_limited: counts.rate_limited,
      ...(await readPace(run, kinds)),
      error: run.error,
      created_at: run.created_at.toISOString(),
      started_at: textOf(run.started_at),
      ended_at: textOf(run.ended_at),
      dry_run: run.dry_run,
      conflicts: run.conflicts,
      filters: run.filters,
      max_age_hours: run.max_age_hours ?? null,
      reads_first: namesIn(kinds).filter(
        (name) => !run.kinds.includes(name) && (kinds[name]?.total ?? run.expected?.[name]) !== 0,
      ),
      requested_by: run.requested_by,
      schedule: scheduleOf(run),
      retry_of: run.retry_of,
      held_lists: run.held ?? 0,
      published_at: textOf(run.published_at),
      kept_until: textOf(run.keep_until ?? null),
      from_plan: run.from_plan ?? null,
      adopt: run.adopt ?? 'never',
      undo_of: run.undo?.run_id ?? null,
      stopping: run.stop !== null && !hasEnded(run.status),
      account: readAccount(),
      links: linksOf(run, kinds, canUndo),
    };
  }

  async function many(runs: readonly RunDocument[]): Promise<RunView[]> {
    if (runs.length === 0) return [];
    const ids = runs.map((run) => run._id);
    const [progress, counts, rows, madeSince] = await Promise.all([
      store.tasks.progress(ids),
      store.tasks.requestCounts(ids),
      store.tasks.rows(runs.filter(({ operation }) => operation === 'import').map((run) => run._id)),
      store.undo.madeAny(runs.filter(mayHaveCreatedSince).map((run) => run._id)),
    ]);
    return Promise.all(
      runs.map((run) =>
        viewOf(run, {
          progress: progress.get(run._id) ?? new Map(),
          counts: counts.get(run._id) ?? noRequests,
          found: rows.get(run._id) ?? {},
          canUndo: (isEndedExport(run) && hasCreated(run)) || madeSince.has(run._id),
        }),
      ),
    );
  }

  return {
    many,
    async one(run: RunDocument): Promise<RunView> {
      const [view] = await many([run]);
      if (view === undefined) throw new Error(`run ${run._id} has no view`);
      return view;
    },
  };
}

export type RunViews = ReturnType<typeof createRunViews>;

function scheduleOf({ schedule }: RunDocument): RunView['schedule'] {
  return schedule === undefined ? null : { ...schedule, at: textOf(schedule.at) };
}

function namesIn(kinds: Kinds): KindName[] {
  return kindNames.filter((name) => kinds[name] !== undefined);
}

function kindsOf(run: RunDocument, progress: Progress): Kinds {
  const isRead = (name: KindName): boolean => run.plan[name] !== undefined || (run.expected?.[name] ?? 0) > 0;
  const names = kindNames.filter((name) => run.kinds.includes(name) || isRead(name));
  return Object.fromEntries(
    names.map((name) => {
      const counted = progress.get(name) ?? noProgress;
      const isKnown = hasEnded(run.status) || isPlanned(run, name);
      return [name, { ...counted, total: isKnown ? (counted.total ?? 0) : null }];
    }),
  );
}

function hasCreated({ changes, dry_run }: RunDocument): boolean {
  return !dry_run && kindNames.some((name) => (changes[name]?.inserted ?? 0) > 0);
}

/** Exports that had created nothing when they ended: what they had sent may have been found since. */
function mayHaveCreatedSince(run: RunDocument): boolean {
  return isEndedExport(run) && !run.dry_run && !hasCreated(run);
}

function isEndedExport({ operation, status }: RunDocument): boolean {
  return operation === 'export' && hasEnded(status);
}

function hasChanged({ changes, published_at }: RunDocument): boolean {
  return (
    published_at !== null && Object.values(changes).some((made) => made.inserted + made.updated + made.removed > 0)
  );
}

function linksOf(run: RunDocument, kinds: Kinds, canUndo: boolean): RunView['links'] {
  const link = ([route]: readonly { path: string }[]) => pathOf(route ?? { path: '' }, { id: run._id });
  const refused = namesIn(kinds).some((name) => (kinds[name]?.failed ?? 0) + (kinds[name]?.blocked ?? 0) > 0);
  const canStop = (run.status === 'queued' || run.status === 'running') && run.stop === null;
  return {
    self: link(api.getRun),
    events: link(api.watchRun),
    tasks: link(api.listTasks),
    errors: link(api.listErrors),
    changes: link(api.listChanges),
    results: run.operation === 'export' ? link(api.listResults) : null,
    plan: run.operation === 'export' && (run.dry_run || run.from_plan !== undefined) ? link(api.getPlan) : null,
    cancel: canStop ? link(api.cancelRun) : null,
    retry: hasEnded(run.status) && (refused || run.stop?.reason === 'failed') ? link(api.retryRun) : null,
    held: run.operation === 'import' ? link(api.listHeld) : null,
    confirm: run.status === 'held' ? link(api.confirmRun) : null,
    publish: isPublishable(run) ? link(api.publishRun) : null,
    board: `${boardPath}/queue/${queueNames.orchestration}/${jobIds.run(run._id, run.generation)}`,
    undo: canUndo ? link(api.undoRun) : null,
    revert: run.operation === 'import' && hasEnded(run.status) && hasChanged(run) ? link(api.undoRun) : null,
  };
}

/** Says whether a person may have a dry run published. */
export function isPublishable(run: RunDocument): boolean {
  const isKept = (run.keep_until ?? null) !== null;
  return run.operation === 'import' && run.dry_run && hasEnded(run.status) && run.published_at === null && isKept;
}
