import { SyncError } from '@broadstreet-sync/domain';
import { isStoreAway, isStoreFull } from '@broadstreet-sync/store';
import { ProblemError } from './problem-error.ts';

/** Errors of the body parser and the router, which carry a status (`http-errors`). */
interface HttpFault {
  readonly status: number;
  readonly type: string | null;
}

function httpFault(error: unknown): HttpFault | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status < 400 || error.status > 499) return null;
  return { status: error.status, type: 'type' in error && typeof error.type === 'string' ? error.type : null };
}

function fromHttpFault({ status, type }: HttpFault): ProblemError {
  if (status === 413) {
    return new ProblemError({ code: 'body_too_large', detail: 'The body is larger than 1 MB: send less at once.' });
  }
  if (status === 415) {
    const detail = 'The body must be JSON in UTF-8, sent with Content-Type: application/json.';
    return new ProblemError({ code: 'unsupported_media_type', detail });
  }
  if (type === 'entity.parse.failed') {
    const detail = 'The body must be one JSON object: check quotes, commas and braces.';
    return new ProblemError({ code: 'malformed_json', detail });
  }
  const detail = 'The address or the body of the request cannot be read: check how it is encoded.';
  return new ProblemError({ code: 'malformed_request', detail });
}

/** MongoDB did not answer. */
export function storeAway(): ProblemError {
  return new ProblemError({
    code: 'store_away',
    detail:
      'MongoDB does not answer. Check that it runs and that MONGODB_URI names it, then try again. ' +
      'What was asked for may have been stored all the same: a trigger with an Idempotency-Key can be repeated safely.',
    headers: { 'retry-after': '5' },
  });
}

/** MongoDB refuses to write. */
function storeFull(): ProblemError {
  return new ProblemError({
    code: 'store_full',
    detail:
      "MongoDB's disk is full: it takes no writes. Make room there; runs that wait for it then go on by themselves.",
    headers: { 'retry-after': '30' },
  });
}

/** The store's own refusals that an answer tells: they say what to set. */
const storeCodes = ['other_account', 'other_queue_prefix'] as const;

/**
 * The answer that an error stands for.
 *
 * @param requestId by which the log has what an answer must not tell
 */
export function toProblem(error: unknown, requestId: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isStoreFull(error)) return storeFull();
  if (isStoreAway(error)) return storeAway();
  if (error instanceof SyncError) {
    const code = storeCodes.find((candidate) => candidate === error.code);
    if (code !== undefined) return new ProblemError({ code, detail: [error.message, error.remedy].join(' ').trim() });
  }
  const fault = httpFault(error);
  if (fault !== null) return fromHttpFault(fault);
  return new ProblemError({
    code: 'internal',
    detail: `The request failed for a reason of our own. The log tells more under request ${requestId}.`,
    extra: { request_id: requestId },
  });
}
