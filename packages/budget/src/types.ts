import type { Cluster, Redis } from 'ioredis';
import type { Clock } from './sleep.ts';

/** Who waits for the answer: a person, or nobody. Interactive requests take over the slots that bulk ones hold. */
export type Priority = 'interactive' | 'bulk';

/**
 * Requests that share a limit: those for entities, whose rate the settings give, and reports, of which the API takes 2 in
 * 5 seconds (openapi v1, /records) whatever the settings say.
 */
export const rateClasses = ['entities', 'records'] as const;
export type RateClass = (typeof rateClasses)[number];

/** The right to send one request at one instant. */
export interface Slot {
  /** From the reservation to the slot. */
  readonly waitMs: number;
  /**
   * Sleeps until the slot; true: send now. False: do not send, reserve anew. A slot is given up when it was reached more
   * than 15 ms late, when an interactive request took it over, or when a 429, the breaker or the loss of Redis' data made
   * it void. Can be asked once. Asks Redis at most 20 ms before the slot; a 429 met by another process later than that is
   * not seen.
   *
   * @throws the signal's reason once it is aborted
   */
  arrive(signal?: AbortSignal): Promise<boolean>;
}

export interface ReserveOptions {
  /** Default `entities`. */
  readonly rateClass?: RateClass | undefined;
  /** Default `bulk`. */
  readonly priority?: Priority | undefined;
  /** Do not reserve a slot further ahead than this; without it, however far. */
  readonly maxWaitMs?: number | undefined;
  /** The request failed before: it counts among the repetitions, which are bounded. */
  readonly isRetry?: boolean | undefined;
}

/**
 * Why there is no slot. `rate`: none is near enough; `pause`: the API answered 429; `breaker`: the host keeps failing;
 * `retries`: more repetitions than the last minute's requests allow.
 */
export type Obstacle = 'rate' | 'pause' | 'breaker' | 'retries';

/** No slot: after how long to ask again, and what the host failed with where that is why. */
export interface Refusal {
  readonly slot: null;
  readonly retryInMs: number;
  readonly by: Obstacle;
  readonly cause: string | null;
}

export type Reservation = { readonly slot: Slot } | Refusal;

export interface TakeOptions extends Omit<ReserveOptions, 'maxWaitMs'> {
  readonly signal?: AbortSignal | undefined;
}

/** A slot was reached after so many ms; or it is better to come back than to wait here. */
export type Taken = { readonly waitedMs: number } | { readonly heldBack: Refusal };

/** How one request ended. `failed`: the host gave no answer, or failed (5xx); `aborted`: it was given up here. */
export interface RequestEnd {
  readonly outcome: 'answered' | 'rate_limited' | 'failed' | 'aborted';
  readonly durationMs: number;
  /** Of that the time that we took ourselves, with what had come of a long answer. */
  readonly oursMs?: number;
  /** What it failed with, for people. */
  readonly cause?: string | undefined;
}

/** What `auto` has found, to start with the next time. */
export interface FoundRate {
  /** Requests per second. */
  readonly rate: number;
  /** A 429 has shown that the API bears no more. */
  readonly isBound: boolean;
}

export interface BreakerState {
  /** Epoch ms (clock of Redis) of the opening. */
  readonly sinceMs: number;
  /** Epoch ms: before this nothing is sent. */
  readonly nextProbeMs: number;
  /** What the last failure was. */
  readonly cause: string;
}

export interface BudgetState {
  /** Requests per second; null: unlimited. */
  readonly rate: number | null;
  /** Null where the rate is not looked for. */
  readonly found: FoundRate | null;
  /** Epoch ms (clock of Redis) while a 429 pause lasts. */
  readonly pausedUntilMs: number | null;
  /** How far ahead of now the next free slot lies. */
  readonly aheadMs: number;
  /** Null while it is closed. */
  readonly breaker: BreakerState | null;
  /** Of an answer, as a moving average; null before the first. */
  readonly latencyMs: number | null;
  /** Requests of the last minute. */
  readonly used: number;
  /** Over all processes: callers that wait for a slot, and requests under way. */
  readonly waiting: number;
  readonly inFlight: number;
}

/** What one minute's requests of a class came to. */
export interface MinuteCounts {
  /** Counts of one series only grow; after a loss of Redis' data another series begins. */
  readonly series: string;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly rateClass: RateClass;
  /** Requests sent. */
  readonly used: number;
  /** Of them answered 429. */
  readonly rateLimited: number;
  /** Of them without an answer, or with 5xx. */
  readonly failed: number;
  /** Of them repetitions of what had failed. */
  readonly retries: number;
  readonly waitedMs: number;
  /** Most callers that waited for a slot at once. */
  readonly waiting: number;
  /** Requests per second that were allowed; null: unlimited. */
  readonly rate: number | null;
}

export interface Budget {
  reserve(options?: ReserveOptions): Promise<Reservation>;
  /**
   * Waits for a usable slot, reserving anew what is given up. Waiters of one process are served in order. Does not wait
   * while the breaker is open or a pause lasts over 5 s.
   *
   * @throws the signal's reason once it is aborted
   */
  take(options?: TakeOptions): Promise<Taken>;
  /** Says whether a failed request may be sent once more, and counts it: at most a tenth of the last minute's requests. */
  takeRetry(rateClass?: RateClass): Promise<boolean>;
  /**
   * A request met 429: all processes wait, and slots handed out before are void.
   *
   * @param retryAfterMs what the API asked for; undefined: 1 s, doubling to 30 s while the 429s last
   * @param ageMs how long ago the request was sent
   */
  pause(retryAfterMs?: number, options?: { rateClass?: RateClass; ageMs?: number }): Promise<void>;
  /**
   * A request is being sent.
   *
   * @returns to be told how it ended; the caller waits for nothing
   */
  begin(rateClass?: RateClass): (end: RequestEnd) => void;
  /** Whether the breaker is open, as far as this process knows. */
  isBreakerOpen(): boolean;
  state(): Promise<BudgetState>;
  /** What has been counted by the minute and was not forgotten. */
  counts(): Promise<MinuteCounts[]>;
  /** Forgets the counts of minutes before this one. */
  forgetCounts(beforeMinute: number): Promise<void>;
  /** Rejects whoever waits in `take`, and tells what was not told yet. The Redis connection is the caller's and stays open. */
  close(): Promise<void>;
}

/** The breaker has opened or closed by what this process told: so of all processes one gets to know. */
export type BreakerChange =
  | { readonly to: 'open'; readonly cause: string; readonly nextProbeInMs: number }
  | { readonly to: 'closed' };

export interface BudgetSettings {
  readonly redis: Redis | Cluster;
  /** Of all keys in Redis. */
  readonly prefix: string;
  /** From {@link accountKey}. */
  readonly account: string;
  /** Requests per second; `auto` finds the rate that the API bears, from 2/s up. */
  readonly rate: number | 'auto' | 'unlimited';
  /** Requests per second that `auto` never passes. */
  readonly rateMax: number;
  /** Where `auto` starts when Redis knows nothing. */
  readonly found?: FoundRate | null | undefined;
  /** A slot reached later than this is given up; default 15, which with 2 % wider spacing keeps every second in bounds. */
  readonly lateMs?: number | undefined;
  /** Monotonic clock in ms, for the sleeps of this process. */
  readonly now?: Clock | undefined;
  readonly onBreaker?: ((change: BreakerChange) => void) | undefined;
}

/** What hands out slots; the rest of the budget is the same for all. */
export interface SlotSource {
  reserve(options: Omit<ReserveOptions, 'rateClass'>): Promise<Reservation>;
  pause(retryAfterMs: number | undefined, ageMs: number): Promise<void>;
}
