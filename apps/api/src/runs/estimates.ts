import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import type { KindWork, RunDocument, RunWork, Store } from '@broadstreet-sync/store';
import { keepFor } from '../http/keep-for.ts';
import { seldom } from '../http/seldom.ts';
import { expectRequests, type KindFacts } from './expected-requests.ts';
import { isPlanned } from './is-planned.ts';
import type { RateState } from './rate-state.ts';
import { secondsLeft } from './time-left.ts';

/** How many requests a run costs, and how long it takes yet. Null: nothing supports a number. */
export interface Estimate {
  readonly requests: number | null;
  readonly seconds: number | null;
}

export interface EstimateSettings {
  readonly store: Pick<Store, 'workload' | 'runs'>;
  readonly countWorkers: () => Promise<number | null>;
  readonly readRate: () => Promise<RateState>;
}

/** How many entities there are changes slowly, and counting them costs. */
const freshMs = 2000;
const withinMs = 2000;
const minuteMs = 60_000;
const noWork: KindWork = { tasks: 0, open: 0, lists: 0, rows: 0 };
const noRunWork: RunWork = { kinds: new Map(), recent: 0 };

type Amounts = Readonly<Record<'entities' | 'drafts' | 'parents', number>>;

/** Estimates what open runs cost, from what is stored and how fast requests go just now. */
export function createEstimates({ store, countWorkers, readRate }: EstimateSettings) {
  const readAmounts = keepFor<ReadonlyMap<KindName, Amounts> | null>(freshMs, withinMs, null, async () => {
    const found = kindNames.map(async (name) => {
      const [entities, drafts] = await Promise.all([store.workload.entities(name), store.workload.drafts(kinds[name])]);
      return [name, { entities, ...drafts }] as const;
    });
    return new Map(await Promise.all(found));
  });

  // All tasks of the run are looked at.
  const readWork = seldom(async (id) => (await store.workload.ofRuns([id])).get(id) ?? noRunWork);

  return {
    /** @param concerned kinds that the run shows */
    async of(run: RunDocument, concerned: readonly KindName[]): Promise<Estimate> {
      const [amounts, work, runs, workers, state] = await Promise.all([
        readAmounts(),
        readWork(run._id),
        store.runs.holding(),
        countWorkers(),
        readRate(),
      ]);
      if (amounts === null) return { requests: null, seconds: null };
      const facts = new Map(concerned.map((name) => [name, factsOf(run, name, work, amounts.get(name))]));
      const { all, left, levelsLeft } = expectRequests({ ...run, kinds: facts });
      const isUnknown = left === null || workers === null || state.live === undefined || run.slot === null;
      if (isUnknown) return { requests: all, seconds: null };
      const runningMs = run.started_at === null ? 0 : Date.now() - run.started_at.getTime();
      const pace = {
        allowed: state.rate,
        latencyMs: state.live?.latencyMs ?? null,
        workers,
        runs: runs.length,
        recent: work.recent,
        recentMs: Math.min(minuteMs, runningMs),
        waitMs: waitOf(state, Date.now()),
      };
      return { requests: all, seconds: secondsLeft(left, levelsLeft, pace) };
    },
  };
}

export type Estimates = ReturnType<typeof createEstimates>;

function factsOf(run: RunDocument, name: KindName, work: RunWork, amounts: Amounts | undefined): KindFacts {
  return {
    isPlanned: isPlanned(run, name),
    lists: run.expected?.[name] ?? null,
    work: work.kinds.get(name) ?? noWork,
    entities: amounts?.entities ?? 0,
    drafts: amounts?.drafts ?? 0,
    parents: amounts?.parents ?? 0,
    only: run.only === null ? null : (run.only[name]?.length ?? 0),
  };
}

/** How long nothing is sent, after a 429 or while the API keeps failing. */
function waitOf({ pausedUntil, live }: RateState, nowMs: number): number {
  const until = Math.max(pausedUntil?.getTime() ?? 0, live?.breaker?.nextProbeMs ?? 0);
  return Math.max(0, until - nowMs);
}
