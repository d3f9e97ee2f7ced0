import type { Broadstreet, RequestMeter } from '@broadstreet-sync/broadstreet';
import type { Budget } from '@broadstreet-sync/budget';
import type { RequestCounts, WorkerCrashPoint } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';

/** What a run may and must keep to, from the settings of the process. */
export interface SyncLimits {
  /** Ids of the only networks to read and write; null: all. */
  readonly networks: readonly number[] | null;
  readonly readOnly: boolean;
  /** Longest time of one request. */
  readonly timeoutMs: number;
  /** After which a request whose answer was lost is surely decided. */
  readonly settleMs: number;
}

export interface SyncLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** All that the rules need of the world. */
export interface SyncContext {
  readonly store: Store;
  readonly remote: Broadstreet;
  readonly budget: Budget;
  readonly limits: SyncLimits;
  readonly log: SyncLog;
  /** This process, in leases. */
  readonly owner: string;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Says of an error that the same may succeed later: the store is away. */
  readonly isPassing: (error: unknown) => boolean;
  /** A run is to stop by what was found here: its other work in this process need not wait to be told. */
  readonly onStop: (runId: string) => void;
  /** Called at named points; kills the process there in tests of crashes. */
  readonly reach: (point: WorkerCrashPoint) => void;
}

/** Counts the requests of one attempt. */
export function createMeter(): RequestMeter & { counts(): RequestCounts } {
  const sums = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };
  return {
    request() {
      sums.requests += 1;
    },
    retry() {
      sums.retries += 1;
    },
    rateLimited() {
      sums.rate_limited += 1;
    },
    waited(ms) {
      sums.waited_ms += ms;
    },
    counts: () => ({ ...sums, waited_ms: Math.round(sums.waited_ms) }),
  };
}

/** What becomes of the job that held a task: it is over, or it looks at the task again after a while. */
export type TaskOutcome =
  /** With what went wrong, where the task failed for good. */
  { readonly next: 'over'; readonly failure?: string } | { readonly next: 'later'; readonly delayMs: number };

export const over: TaskOutcome = { next: 'over' };
