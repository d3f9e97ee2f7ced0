import type { AccountView } from '@broadstreet-sync/contract';
import type { RunQueues } from '@broadstreet-sync/jobs';
import type { Logger } from '@broadstreet-sync/runtime';
import type { Store } from '@broadstreet-sync/store';
import type { RateState } from './runs/rate-state.ts';

/** What of the queues the API uses. */
export type ApiQueues = Pick<RunQueues, 'queues' | 'startRun' | 'cancelRun' | 'countWorkers' | 'ping'>;

/** All that the API is made of. */
export interface ApiParts {
  readonly store: Store;
  readonly queues: ApiQueues;
  readonly log: Logger;
  /** Base URL of the Broadstreet API: whose account this is. */
  readonly baseUrl: string;
  /** Ids of the only networks that are synced; null: all. */
  readonly networks: readonly number[] | null;
  readonly readOnly: boolean;
  /** How fast requests go just now. */
  readonly readRate: () => Promise<RateState>;
  /** What a test build does at named points. */
  readonly reach?: (point: ApiCrashPoint) => void;
}

/** Points at which a crash of the API must do no harm. */
export const apiCrashPoints = ['after_run_stored'] as const;
export type ApiCrashPoint = (typeof apiCrashPoints)[number];

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Says whether a host name or address stands for this machine alone. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}

/** Whose account answers show: demo where the remote API is a simulator on this machine. */
export function describeAccount({ baseUrl, networks }: Pick<ApiParts, 'baseUrl' | 'networks'>): AccountView {
  const { host, hostname } = new URL(baseUrl);
  return { mode: isLoopback(hostname) ? 'demo' : 'live', host, networks: networks === null ? null : [...networks] };
}
