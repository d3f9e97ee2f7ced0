import type { Broadstreet } from '@broadstreet-sync/broadstreet';
import type { BudgetSettings } from '@broadstreet-sync/budget';
import type { AccountView, Route, SettingsView } from '@broadstreet-sync/contract';
import type { ApiCrashPoint } from '@broadstreet-sync/domain';
import type { RunQueues } from '@broadstreet-sync/jobs';
import type { Logger, Seal, TokenSource } from '@broadstreet-sync/runtime';
import type { Store } from '@broadstreet-sync/store';
import type { AnyReply } from './http/bind.ts';
import type { RateState } from './runs/rate-state.ts';
import type { RemoteMode } from './system/remote-mode.ts';

/** What of the queues the API uses. */
export type ApiQueues = Pick<
  RunQueues,
  'prefix' | 'queues' | 'startRun' | 'cancelRun' | 'alarms' | 'countWorkers' | 'ping'
>;

/** The access token, and what replaces it. */
export interface TokenParts {
  readonly source: Pick<TokenSource, 'isGiven' | 'now' | 'refresh'>;
  /** Undefined without a secret key. */
  readonly seal: Pick<Seal, 'seal'> | undefined;
  /** The API of Broadstreet as another token shows it. */
  readonly withToken: (token: string) => Pick<Broadstreet, 'list' | 'close'>;
}

/** All that the API is made of. */
export interface ApiParts {
  readonly store: Store;
  readonly queues: ApiQueues;
  readonly log: Logger;
  /** Base URL of the Broadstreet API: whose account this is. */
  readonly baseUrl: string;
  /** Whether that API is a simulator, as far as is known by now. */
  readonly readMode: () => RemoteMode;
  /** Ids of the only networks that are synced; null: all. */
  readonly networks: readonly number[] | null;
  readonly readOnly: boolean;
  /** The API of Broadstreet, for what is asked at once: all else is the workers'. */
  readonly remote: Pick<Broadstreet, 'list'>;
  readonly tokens: TokenParts;
  /** How this process was started. */
  readonly situation: Omit<SettingsView['api'], 'has_token'>;
  /** How fast requests may go, by the settings. */
  readonly rateSettings: Pick<BudgetSettings, 'rate' | 'rateMax'>;
  /** How fast requests go just now. */
  readonly readRate: () => Promise<RateState>;
  /** Whether the API may do without keys as long as none was made: where it listens on this machine alone. */
  readonly mayBeOpen: boolean;
  /** Signs sessions. */
  readonly secretKey: string;
  /** Folder of the built dashboard; null where none is served. */
  readonly dashboardFolder: string | null;
  /** What a test build makes of each answer before it is sent. @throws Error for one that the contract does not know */
  readonly onAnswer?: (route: Route, answer: AnyReply & { readonly mediaType: string }) => void;
  /** What a test build does at named points. */
  readonly reach?: (point: ApiCrashPoint) => void;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** Says whether a host name or address stands for this machine alone. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}

/** Whose account answers show. */
export function describeAccount(parts: Pick<ApiParts, 'baseUrl' | 'networks' | 'readMode'>): AccountView {
  const { baseUrl, networks, readMode } = parts;
  return { mode: readMode(), host: new URL(baseUrl).host, networks: networks === null ? null : [...networks] };
}
