import { type AccountView, api, endedRunStates, pathOf, type RunView } from '@broadstreet-sync/contract';
import { type KindName, type KindProgress, kindNames, noChanges, type RequestCounts } from '@broadstreet-sync/domain';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import type { ApiParts } from '../parts.ts';
import type { Estimates } from './estimates.ts';
import type { RateState } from './rate-state.ts';

export interface RunViewSettings extends Pick<ApiParts, 'readRate'> {
  readonly store: Pick<Store, 'tasks'>;
  readonly readAccount: () => AccountView;
  readonly countWorkers: () => Promise<number | null>;
  readonly estimates: Estimates;
}

type RunPace = Pick<RunView, 'planned_requests' | 'eta_seconds' | 'rate' | 'latency_ms' | 'waiting'>;

const noPace: RunPace = { planned_requests: null, eta_seconds: null, rate: null, latency_ms: null, waiting: null };

type Progress = ReadonlyMap<KindName, KindProgress>;
type Kinds = RunView['kinds'];

const noProgress: KindProgress = { total: 0, completed: 0, failed: 0, blocked: 0, skipped: 0 };
const noRequests: RequestCounts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };

/** Says whether nothing more happens in a run by itself. */
export function hasEnded(status: RunView['status']): boolean {
  return endedRunStates.some((state) => state === status);
}

/** The text of a time, or null. */
export function textOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/** Makes of run documents what answers and events show. */
export function createRunViews(settings: RunViewSettings) {
  const { store, readAccount, countWorkers, readRate, estimates } = settings;

  /** What a run costs, what it waits for and how fast its requests go, while it has not ended. */
  async function paceOf(run: RunDocument, concerned: readonly KindName[]): Promise<RunPace> {
    if (hasEnded(run.status) || run.status === 'publishing') return noPace;
    const [workers, state, estimate] = await Promise.all([countWorkers(), readRate(), estimates.of(run, concerned)]);
    const isOpen = run.status === 'running' || run.slot !== null;
    const latencyMs = state.live?.latencyMs ?? null;
    return {
      planned_requests: estimate.requests,
      eta_seconds: estimate.seconds,
      rate: state.rate,
      latency_ms: latencyMs === null ? null : Math.round(latencyMs),
      waiting: isOpen ? waitingFor(workers, state) : null,
    };
  }

  async function viewOf(run: RunDocument, progress: Progress, counts: RequestCounts): Promise<RunView> {
    const kinds = kindsOf(run, progress);
    const pace = await paceOf(run, namesIn(kinds));
    return {
      id: run._id,
      operation: run.operation,
      mode: run.mode,
      status: run.status,
      kinds,
      changes: Object.fromEntries(namesIn(kinds).map((name) => [name, run.changes[name] ?? noChanges])),
      requests: counts.requests,
      retries: counts.retries,
      rate_limited: counts.rate_limited,
      ...pace,
      planned_requests: pace.planned_requests ?? plannedOf(run, kinds),
      error: run.error,
      created_at: run.created_at.toISOString(),
      started_at: textOf(run.started_at),
      ended_at: textOf(run.ended_at),
      dry_run: run.dry_run,
      conflicts: run.conflicts,
      requested_by: run.requested_by,
      retry_of: run.retry_of,
      stopping: run.stop !== null && !hasEnded(run.status),
      account: readAccount(),
      links: linksOf(run, kinds),
    };
  }

  async function many(runs: readonly RunDocument[]): Promise<RunView[]> {
    if (runs.length === 0) return [];
    const ids = runs.map((run) => run._id);
    const [progress, counts] = await Promise.all([store.tasks.progress(ids), store.tasks.requestCounts(ids)]);
    return Promise.all(
      runs.map((run) => viewOf(run, progress.get(run._id) ?? new Map(), counts.get(run._id) ?? noRequests)),
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

function namesIn(kinds: Kinds): KindName[] {
  return kindNames.filter((name) => kinds[name] !== undefined);
}

function kindsOf(run: RunDocument, progress: Progress): Kinds {
  const names = kindNames.filter((name) => run.kinds.includes(name) || run.plan[name] !== undefined);
  return Object.fromEntries(
    names.map((name) => {
      const counted = progress.get(name) ?? noProgress;
      const isPlanned = hasEnded(run.status) || run.plan[name]?.phase === 'ready';
      return [name, { ...counted, total: isPlanned ? (counted.total ?? 0) : null }];
    }),
  );
}

/** Each counted task is one request: the list of a scope, or the create of an entity. Of a run that is over. */
function plannedOf({ status }: RunDocument, kinds: Kinds): number | null {
  if (!hasEnded(status) && status !== 'publishing') return null;
  return namesIn(kinds).reduce((sum, name) => sum + (kinds[name]?.total ?? 0), 0);
}

/** What keeps all requests waiting, if anything does. */
function waitingFor(workers: number | null, { pausedUntil, live }: RateState): RunView['waiting'] {
  if (workers === 0) return { for: 'worker', until: null, cause: null };
  const breaker = live?.breaker ?? null;
  if (breaker !== null) {
    return { for: 'breaker', until: new Date(breaker.nextProbeMs).toISOString(), cause: breaker.cause };
  }
  return pausedUntil === null ? null : { for: 'rate_limit', until: pausedUntil.toISOString(), cause: null };
}

function linksOf(run: RunDocument, kinds: Kinds): RunView['links'] {
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
    cancel: canStop ? link(api.cancelRun) : null,
    retry: hasEnded(run.status) && refused ? link(api.retryRun) : null,
  };
}
