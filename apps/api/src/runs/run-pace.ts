import type { RunView } from '@broadstreet-sync/contract';
import { hasEnded, type KindName, kindNames } from '@broadstreet-sync/domain';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import type { ApiParts } from '../parts.ts';
import { countRequests } from './count-requests.ts';
import type { Estimates } from './estimates.ts';
import { requestsOf, secondsOf } from './plan-summary.ts';
import type { RateState } from './rate-state.ts';
import { textOf } from './text-of.ts';

export interface RunPaceSettings extends Pick<ApiParts, 'readRate'> {
  readonly store: Pick<Store, 'tasks'>;
  readonly countWorkers: () => Promise<number | null>;
  readonly estimates: Estimates;
  /** Whether MongoDB takes writes. */
  readonly canStore: () => Promise<boolean>;
}

type Kinds = RunView['kinds'];
type RunPace = Pick<RunView, 'planned_requests' | 'eta_seconds' | 'rate' | 'latency_ms' | 'waiting'>;

export type ReadRunPace = (run: RunDocument, kinds: Kinds) => Promise<RunPace>;

const noPace: RunPace = { planned_requests: null, eta_seconds: null, rate: null, latency_ms: null, waiting: null };

/** Makes what says of a run what it costs, what it waits for and how fast its requests go. */
export function createRunPace(settings: RunPaceSettings): ReadRunPace {
  const { store, countWorkers, readRate, estimates, canStore } = settings;

  /** What keeps a run from going on, if anything does. */
  async function waitingFor(run: RunDocument, kinds: Kinds, state: RateState): Promise<RunView['waiting']> {
    if (run.status !== 'running' && run.slot === null) return null;
    if ((await countWorkers()) === 0) return { for: 'worker', until: null, cause: null };
    if (!(await canStore())) return { for: 'store', until: null, cause: null };
    const held = heldBy(state);
    if (held !== null) return held;
    const [sweep] = areDone(kinds) ? await store.tasks.openSweeps(run._id, 1) : [];
    return sweep === undefined ? null : { for: 'late_commits', until: textOf(sweep.not_before), cause: null };
  }

  return async (run, kinds) => {
    const planned = run.planned === undefined ? null : requestsOf(run.planned.counts).total;
    if (hasEnded(run.status) || run.status === 'publishing') {
      // Of a dry run, how long the export takes that carries it out.
      const seconds = run.dry_run && run.planned !== undefined ? secondsOf(run.planned, (await readRate()).rate) : null;
      return { ...noPace, planned_requests: planned ?? madeBy(run, kinds), eta_seconds: seconds };
    }
    const concerned = kindNames.filter((name) => kinds[name] !== undefined);
    const [state, estimate] = await Promise.all([readRate(), estimates.of(run, concerned)]);
    const latencyMs = state.live?.latencyMs ?? null;
    return {
      planned_requests: planned ?? estimate.requests,
      eta_seconds: estimate.seconds,
      rate: state.rate,
      latency_ms: latencyMs === null ? null : Math.round(latencyMs),
      waiting: await waitingFor(run, kinds, state),
    };
  };
}

/** Whether every counted task has ended. */
function areDone(kinds: Kinds): boolean {
  return Object.values(kinds).every(
    ({ total, completed, failed, blocked, skipped }) => total === completed + failed + blocked + skipped,
  );
}

/** Of a run that is over: each counted task is one request, and beside these an import makes a few counts. */
function madeBy(run: RunDocument, kinds: Kinds): number {
  const tasksOf = (name: KindName): number => kinds[name]?.total ?? 0;
  return kindNames.reduce((sum, name) => sum + tasksOf(name), countRequests(run, tasksOf));
}

/** What keeps all requests waiting, if anything does. */
function heldBy({ pausedUntil, live }: RateState): RunView['waiting'] {
  const breaker = live?.breaker ?? null;
  if (breaker !== null) {
    return { for: 'breaker', until: new Date(breaker.nextProbeMs).toISOString(), cause: breaker.cause };
  }
  return pausedUntil === null ? null : { for: 'rate_limit', until: pausedUntil.toISOString(), cause: null };
}
