import type { Budget, Priority } from '@broadstreet-sync/budget';
import type { z } from 'zod';

/** Counts what a caller's requests cost. */
export interface RequestMeter {
  /** A request was sent, repetitions included. */
  request(): void;
  /** A read was sent once more by the client itself. */
  retry(): void;
  /** The API answered 429. */
  rateLimited(): void;
  /** Time that a request waited for the rate budget. */
  waited(ms: number): void;
}

export interface CallContext {
  /** Aborts what is under way; what it means for a write stands in the error's `outcome`. */
  readonly signal?: AbortSignal | undefined;
  /** Default `bulk`. */
  readonly priority?: Priority | undefined;
  readonly meter?: RequestMeter | undefined;
  /** The same failed before: it counts among the repetitions, of which there may be only so many. */
  readonly isRetry?: boolean | undefined;
}

/** One entity as the API gives it. */
export type Row = Record<string, unknown>;

export type Query = Readonly<Record<string, number | string>>;

export interface ListRequest {
  /** Below the base URL, without query: `/zones`. */
  readonly path: string;
  readonly query: Query;
  /** Keys under which the rows may lie. Under any but the first, one object counts as a list of one. */
  readonly envelopes: readonly string[];
  /** True: a bare array is a list too. */
  readonly bare?: boolean | undefined;
  /** What each row must look like; it is only tested, rows are returned as read. */
  readonly row: z.ZodType;
  /** Ids that together are unique over the rows; one that rows do not carry is taken from the query. */
  readonly identity: readonly string[];
}

/** Takes rows of a list; waited for before more is read. */
export type OnRows = (rows: readonly Row[]) => Promise<void> | void;

export interface GetRequest {
  readonly path: string;
  readonly query?: Query | undefined;
  /** Under which the row lies; also accepted bare. */
  readonly envelope: string;
  readonly row: z.ZodType;
}

export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: Row | undefined;
  /** Under which the answer's row lies; also accepted bare. */
  readonly envelope: string;
  /** What a success carries: the whole row, an object with part of it, or nothing that matters. */
  readonly answers: 'row' | 'partial' | 'nothing';
  /** For `answers: 'row'`. */
  readonly row?: z.ZodType | undefined;
  /** For `answers: 'partial'`: fields that it must carry; default `id`. */
  readonly identity?: readonly string[] | undefined;
  /** A slot was reserved and arrived at by the caller: the client takes none of its own. */
  readonly slotTaken?: boolean | undefined;
}

export interface Broadstreet {
  /** With `/api/1`, without a slash at the end. */
  readonly baseUrl: string;
  /**
   * All rows of a list, or an error: a failed or odd answer is never an empty list.
   *
   * @throws RemoteError
   */
  list(request: ListRequest, context?: CallContext): Promise<Row[]>;
  /**
   * The same, a few hundred rows at a time, so that a list of any length can be read. Nothing is to be made of them before
   * the end: what was given may turn out to be part of a broken answer. While rows are taken the deadline stands still.
   *
   * @returns the number of rows
   * @throws RemoteError, or what `onRows` threw
   */
  listInBatches(request: ListRequest, onRows: OnRows, context?: CallContext): Promise<number>;
  /**
   * One row.
   *
   * @throws RemoteError
   */
  get(request: GetRequest, context?: CallContext): Promise<Row>;
  /**
   * Sends a write exactly once, whatever happens; the error's `outcome` says whether it may have been carried out.
   *
   * @returns the answer's row; null for `answers: 'nothing'`
   * @throws RemoteError
   */
  write(request: WriteRequest, context?: CallContext): Promise<Row | null>;
  /** Ends the idle connections. */
  close(): void;
}

/** One request as it went, for a log. Has no query: the token travels there. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  /** `ok`, or the error's code. */
  readonly result: string;
  readonly durationMs: number;
  readonly waitedMs: number;
}

export interface BroadstreetSettings {
  /** With `/api/1`. Trusted as it is, loopback and http too. */
  readonly baseUrl: string;
  /** The account's token, or what gives it anew for each request. */
  readonly token: string | (() => string);
  readonly budget: Pick<Budget, 'take' | 'takeRetry' | 'pause' | 'begin' | 'isBreakerOpen'>;
  /** From the first connect to the last byte of one request; waiting for the budget does not count. */
  readonly timeoutMs: number;
  /** True: every write is refused before anything is sent. */
  readonly readOnly: boolean;
  /** Longest answer in bytes, unpacked; default 256 MiB. */
  readonly maxBodyBytes?: number | undefined;
  readonly log?: ((entry: RequestLogEntry) => void) | undefined;
}
