import type { Cluster, Redis } from 'ioredis';
import type { Clock } from './sleep.ts';

/** Who waits for the answer: a person, or nobody. Interactive requests take over the slots that bulk ones hold. */
export type Priority = 'interactive' | 'bulk';

/** The right to send one request at one instant. */
export interface Slot {
  /** From the reservation to the slot. */
  readonly waitMs: number;
  /**
   * Sleeps until the slot; true: send now. False: do not send, reserve anew. A slot is given up when it was reached more
   * than 15 ms late, when an interactive request took it over, or when a 429 or the loss of Redis' data made it void.
   * Can be asked once. Asks Redis at most 20 ms before the slot; a 429 met by another process later than that is not seen.
   *
   * @throws the signal's reason once it is aborted
   */
  arrive(signal?: AbortSignal): Promise<boolean>;
}

export interface ReserveOptions {
  /** Default `bulk`. */
  readonly priority?: Priority | undefined;
  /** Do not reserve a slot further ahead than this; without it, however far. */
  readonly maxWaitMs?: number | undefined;
}

/** A slot, or after how long one will be near enough. */
export type Reservation = { readonly slot: Slot } | { readonly slot: null; readonly retryInMs: number };

export interface TakeOptions {
  /** Default `bulk`. */
  readonly priority?: Priority | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BudgetState {
  /** Requests per second; null: unlimited. */
  readonly rate: number | null;
  /** Epoch ms (clock of Redis) while a 429 pause lasts. */
  readonly pausedUntilMs: number | null;
  /** How far ahead of now the next free slot lies. */
  readonly aheadMs: number;
}

export interface Budget {
  reserve(options?: ReserveOptions): Promise<Reservation>;
  /**
   * Waits for a usable slot, reserving anew what is given up. Waiters of one process are served in order.
   *
   * @returns ms waited
   * @throws the signal's reason once it is aborted
   */
  take(options?: TakeOptions): Promise<number>;
  /**
   * A request met 429: all processes wait, and slots handed out before are void.
   *
   * @param retryAfterMs what the API asked for; undefined: 1 s, doubling to 30 s while the 429s last
   */
  pause(retryAfterMs?: number): Promise<void>;
  /** A request was answered without 429. Ends a storm of them, so that the next one begins at 1 s again. */
  succeeded(): Promise<void>;
  state(): Promise<BudgetState>;
  /** Rejects whoever waits in `take`. The Redis connection is the caller's and stays open. */
  close(): Promise<void>;
}

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
  /** A slot reached later than this is given up; default 15, which with 2 % wider spacing keeps every second in bounds. */
  readonly lateMs?: number | undefined;
  /** Monotonic clock in ms, for the sleeps of this process. */
  readonly now?: Clock | undefined;
}

/** What hands out slots; the rest of the budget is the same for all. */
export type SlotSource = Omit<Budget, 'take' | 'close'>;
