/** What sort of thing went wrong; decides what is done about it (see {@link actions}). */
export const errorCategories = [
  'network',
  'authentication',
  'validation',
  'conflict',
  'dependency',
  'quota',
  'contract',
  'internal',
] as const;
export type ErrorCategory = (typeof errorCategories)[number];

/**
 * What the task does when an attempt ends with this category.
 * `retry`: again after backoff, a bounded number of times. `stop_run`: the run ends as failed. `keep`: the entity
 * stays as it is, with its error. `resolve`: look again, mend, send once more. `block`: what depends on it is not
 * tried. `wait`: again when told to, without using up an attempt. `retry_once`: again once, then as `keep`.
 */
export type ErrorAction = 'retry' | 'stop_run' | 'keep' | 'resolve' | 'block' | 'wait' | 'retry_once';

export const actions: Readonly<Record<ErrorCategory, ErrorAction>> = {
  network: 'retry',
  authentication: 'stop_run',
  validation: 'keep',
  conflict: 'resolve',
  dependency: 'block',
  quota: 'wait',
  contract: 'retry_once',
  internal: 'retry_once',
};

export interface SyncErrorDetails {
  readonly category: ErrorCategory;
  /** A stable word for programs, such as `access_token_refused`. */
  readonly code: string;
  /** What happened, and to what. */
  readonly message: string;
  /** What a person can do about it. */
  readonly remedy?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** An error that says what happened, to what and what to do next. The base of all errors that we throw on purpose. */
export class SyncError extends Error {
  readonly category: ErrorCategory;
  readonly code: string;
  readonly remedy: string | undefined;
  /** For input that was refused: message by field. */
  readonly fields: Readonly<Record<string, string>> | undefined;

  constructor(details: SyncErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.category = details.category;
    this.code = details.code;
    this.remedy = details.remedy;
    this.fields = details.fields;
  }
}

/** An error as it is stored and shown. */
export interface ErrorRecord {
  readonly category: ErrorCategory;
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

/** The storable form of anything thrown; what is not ours is `internal`. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof SyncError) {
    return { category: error.category, code: error.code, message: error.message, remedy: error.remedy ?? null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { category: 'internal', code: 'unexpected', message, remedy: null };
}
