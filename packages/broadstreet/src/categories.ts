import type { Obstacle } from '@broadstreet-sync/budget';
import type { ErrorCategory, RequestOutcome } from '@broadstreet-sync/domain';

/** What an outcome means, as every error of this package carries it. */
export interface Verdict {
  readonly category: ErrorCategory;
  readonly code: string;
  /** What happened, for people. */
  readonly says: string;
  readonly outcome: RequestOutcome;
  readonly remedy?: string;
  /** See {@link RemoteError}. */
  readonly usesNoAttempt?: boolean;
}

const checkToken = 'Check BROADSTREET_ACCESS_TOKEN: it is wrong, has expired, or may not do this.';
const checkAddress = 'Check BROADSTREET_API_URL and the network of this machine.';
const refusedByToken: Omit<Verdict, 'says'> = {
  category: 'authentication',
  code: 'access_token_refused',
  outcome: 'refused',
  remedy: checkToken,
};
const refusedInput: Verdict = {
  category: 'validation',
  code: 'refused',
  says: 'the API refused the values',
  outcome: 'refused',
  remedy: 'Correct the fields that are named, then run again.',
};

/** Status to verdict. A 2xx is judged by its body, see {@link answers}. */
const statuses: Readonly<Record<number, Verdict>> = {
  400: refusedInput,
  401: { ...refusedByToken, says: 'the API refused the access token' },
  403: { ...refusedByToken, says: 'the API forbids this to the access token' },
  404: { category: 'dependency', code: 'not_found', says: 'the API knows no such entity', outcome: 'refused' },
  408: { category: 'network', code: 'request_timeout', says: 'the API gave up waiting', outcome: 'unknown' },
  409: { category: 'conflict', code: 'conflict', says: 'the API reports a conflict', outcome: 'refused' },
  410: { category: 'dependency', code: 'gone', says: 'the entity is gone', outcome: 'refused' },
  422: refusedInput,
  429: { category: 'quota', code: 'rate_limited', says: 'too many requests', outcome: 'refused' },
};

/** What holds for all other statuses of a class. */
const statusClasses: Readonly<Record<number, Verdict>> = {
  3: {
    category: 'contract',
    code: 'redirected',
    says: 'the API answered with a redirect, which is never followed',
    outcome: 'unknown',
    remedy: 'Check BROADSTREET_API_URL: it must be the final address.',
  },
  4: { category: 'contract', code: 'unexpected_status', says: 'the API did not take the request', outcome: 'refused' },
  5: { category: 'network', code: 'server_error', says: 'the API failed', outcome: 'unknown' },
};

/** The verdict on any status that is no success. */
export function verdictOfStatus(status: number): Verdict {
  return statuses[status] ?? statusClasses[Math.floor(status / 100)] ?? unknownStatus;
}

const unknownStatus: Verdict = {
  category: 'contract',
  code: 'unexpected_status',
  says: 'the API answered with a status that it does not have',
  outcome: 'unknown',
};

/** Before anything was written: certainly not carried out. */
const notSent = { category: 'network', outcome: 'not_sent' } as const;
/** Once writing began nobody knows. */
const unknown = { category: 'network', outcome: 'unknown' } as const;

/** What happens to a connection, by whether writing had begun. */
export const connections = {
  refused: { ...notSent, code: 'connection_refused', says: 'nothing listens at the address', remedy: checkAddress },
  notFound: { ...notSent, code: 'host_not_found', says: 'the host name is not known', remedy: checkAddress },
  unreachable: { ...notSent, code: 'host_unreachable', says: 'the host cannot be reached', remedy: checkAddress },
  insecure: {
    ...notSent,
    code: 'tls_failed',
    says: 'no secure connection came about',
    remedy: 'Check the certificate of the host and the clock of this machine.',
  },
  notConnected: { ...notSent, code: 'not_connected', says: 'no connection came about', remedy: checkAddress },
  connectTimeout: { ...notSent, code: 'connect_timeout', says: 'no connection in time', remedy: checkAddress },
  abortedBefore: { ...notSent, code: 'aborted', says: 'aborted before it was sent' },
  budgetUnavailable: {
    ...notSent,
    code: 'budget_unavailable',
    says: 'the rate budget could not be asked',
    remedy: 'Check REDIS_URL and that Redis runs.',
    usesNoAttempt: true,
  },
  lost: { ...unknown, code: 'connection_lost', says: 'the connection was lost before the answer' },
  timeout: {
    ...unknown,
    code: 'timeout',
    says: 'no whole answer in time',
    remedy: 'Raise BROADSTREET_TIMEOUT_MS if answers regularly take longer.',
  },
  abortedAfter: { ...unknown, code: 'aborted', says: 'aborted after it was sent' },
  notHttp: { category: 'contract', code: 'not_http', says: 'the answer is not HTTP', outcome: 'unknown' },
} as const satisfies Readonly<Record<string, Verdict>>;

/** Why a request was not sent, and is to be sent later. */
export const heldBack: Readonly<Record<Obstacle, Verdict>> = {
  rate: { category: 'quota', code: 'rate_paused', says: 'no slot is near enough', outcome: 'not_sent' },
  pause: {
    category: 'quota',
    code: 'rate_paused',
    says: 'held back, since the API answered that there were too many requests',
    outcome: 'not_sent',
  },
  breaker: {
    ...notSent,
    code: 'breaker_open',
    says: 'held back, since the API keeps failing',
    remedy: 'Nothing: it is asked again every 15 seconds, and goes on by itself when it answers.',
    usesNoAttempt: true,
  },
  retries: {
    ...notSent,
    code: 'retries_spent',
    says: 'held back, since a tenth of the last minute’s requests were repetitions already',
    usesNoAttempt: true,
  },
};

const byErrorCode: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: connections.refused,
  ENOTFOUND: connections.notFound,
  EAI_AGAIN: connections.notFound,
  EHOSTUNREACH: connections.unreachable,
  ENETUNREACH: connections.unreachable,
  EADDRNOTAVAIL: connections.unreachable,
  ETIMEDOUT: connections.connectTimeout,
};
const tlsCodes = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH$)/;

/**
 * The verdict on a connection that ended before an answer's head.
 *
 * @param code Node's error code
 * @param isWritingBegun decides alone what the outcome is; the code only gives it a name
 */
export function verdictOfConnection(code: string | undefined, isWritingBegun: boolean): Verdict {
  if (isWritingBegun) return code?.startsWith('HPE_') ? connections.notHttp : connections.lost;
  if (code !== undefined && tlsCodes.test(code)) return connections.insecure;
  return byErrorCode[code ?? ''] ?? connections.notConnected;
}

/** A success whose body is not what the API promises: a write may have been carried out, a read has read nothing. */
const broken = { category: 'contract', outcome: 'unknown' } as const;
export const answers = {
  truncated: { ...broken, code: 'truncated', says: 'the answer was cut off' },
  tooLarge: { ...broken, code: 'too_large', says: 'the answer is longer than any list should be' },
  empty: { ...broken, code: 'empty_body', says: 'the answer is empty' },
  notJson: { ...broken, code: 'not_json', says: 'the answer is not JSON' },
  unparsable: { ...broken, code: 'unparsable', says: 'the answer is broken JSON' },
  wrongEnvelope: { ...broken, code: 'wrong_envelope', says: 'the answer holds something else' },
  holdsErrors: { ...broken, code: 'holds_errors', says: 'a success that reports errors' },
  invalidRow: { ...broken, code: 'invalid_row', says: 'a row is not as the API promises' },
  duplicateRow: { ...broken, code: 'duplicate_row', says: 'two rows are the same entity' },
} as const satisfies Readonly<Record<string, Verdict>>;

/** Refusals of our own. */
export const refusals = {
  readOnly: {
    category: 'validation',
    code: 'read_only',
    says: 'writing to the API is switched off',
    outcome: 'not_sent',
    remedy: 'Set BROADSTREET_READ_ONLY to false to allow it.',
  },
  tokenMissing: {
    category: 'authentication',
    code: 'access_token_missing',
    says: 'there is no access token',
    outcome: 'not_sent',
    remedy: 'Set BROADSTREET_ACCESS_TOKEN.',
  },
  invalidRequest: { category: 'internal', code: 'invalid_request', says: 'not a request to send', outcome: 'not_sent' },
  unexpected: { category: 'internal', code: 'unexpected', says: 'the client failed', outcome: 'unknown' },
} as const satisfies Readonly<Record<string, Verdict>>;
