import { SyncError, type SyncErrorDetails } from './errors.ts';

/**
 * What is known of a request that did not succeed. `not_sent`: it never left. `refused`: the API answered and did
 * nothing. `unknown`: it may have been carried out.
 */
export type RequestOutcome = 'not_sent' | 'refused' | 'unknown';

export interface RemoteErrorDetails extends SyncErrorDetails {
  readonly outcome: RequestOutcome;
  readonly method: string;
  /** Path without query: the token travels in the query. */
  readonly path: string;
  readonly status?: number | undefined;
  /** How long the API asks us to wait, or we ourselves. */
  readonly retryAfterMs?: number | undefined;
  /** Default false. */
  readonly usesNoAttempt?: boolean | undefined;
}

/** A call to the Broadstreet API that did not succeed. Carries nothing of the request but its method and path. */
export class RemoteError extends SyncError {
  readonly outcome: RequestOutcome;
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** It says nothing about the request: that was held back here, or was sent while the host was known to fail. */
  readonly usesNoAttempt: boolean;

  constructor(details: RemoteErrorDetails) {
    super(details);
    this.outcome = details.outcome;
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.usesNoAttempt = details.usesNoAttempt ?? false;
  }
}
