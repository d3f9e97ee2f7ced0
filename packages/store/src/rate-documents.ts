/** What one minute's requests came to, as far as one series of counts has it: after a loss of Redis another begins. */
export interface RateMinuteDocument {
  _id: string;
  /** Its beginning. */
  at: Date;
  /** Requests that share a limit: those for entities, or reports. */
  rate_class: string;
  /** Requests sent. */
  used: number;
  rate_limited: number;
  /** Without an answer, or with 5xx. */
  failed: number;
  /** Repetitions of what had failed. */
  retries: number;
  /** Time that requests waited for a slot. */
  waited_ms: number;
  /** Most that waited at once. */
  waiting: number;
  /** Requests a second that were allowed; null: without a limit. */
  rate: number | null;
}

/** The rate that an account's API was found to bear. */
export interface RateDocument {
  /** Of the budget: an HMAC of the token. */
  _id: string;
  /** Requests a second. */
  rate: number;
  /** A 429 has shown that it bears no more. */
  is_bound: boolean;
  found_at: Date;
}
