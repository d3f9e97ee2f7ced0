import { SyncError } from '@broadstreet-sync/domain';
import { getAdapter } from 'axios';
import { createAttempt } from './attempt.ts';
import { createCall } from './call.ts';
import { refusals } from './categories.ts';
import { createAgents } from './connection.ts';
import { createFail, type RequestName } from './failure.ts';
import { type Answer, type Reading, readRow, readWritten } from './read-answer.ts';
import { createListReader, type ListReader } from './read-list.ts';
import type { Headers } from './retry-after.ts';
import type { Broadstreet, BroadstreetSettings, CallContext, ListRequest, OnRows, Row } from './types.ts';

/**
 * The client of the Broadstreet API: one call, one strictly read answer or one {@link RemoteError}.
 *
 * Each request passes the rate budget first. A read that the network lost is sent again, at most twice; a write never
 * is, by any layer. A 429 pauses the budget and is thrown. The token is added to a request after all else and is in no
 * error: of axios' errors, which hold the whole request, only the code is kept.
 *
 * @throws SyncError (`invalid_base_url`) for an address that is no http address or carries more than host and path
 */
export function createBroadstreet(settings: BroadstreetSettings): Broadstreet {
  const baseUrl = checkBaseUrl(settings.baseUrl);
  const token = () => readToken(settings.token);
  const fail = createFail(token);
  const agents = createAgents();
  const isSecure = baseUrl.startsWith('https:');
  const attempt = createAttempt({ ...settings, isSecure, send: getAdapter('http'), fail });
  const call = createCall({ ...settings, baseUrl, agents, attempt, fail, token });

  function accept<T>(request: RequestName, answer: Answer, reading: Reading<T>): T {
    if ('value' in reading) return reading.value;
    throw fail(reading.verdict, request, { status: answer.status, detail: reading.detail });
  }

  async function listInBatches(request: ListRequest, onRows: OnRows, context: CallContext = {}): Promise<number> {
    const named = { method: 'GET', path: request.path, query: request.query };
    const receiver: { reader?: ListReader } = {};
    const receive = (headers: Headers) => {
      receiver.reader = createListReader(headers, request, onRows);
      return receiver.reader.write;
    };
    const answer = await call({ ...named, receive }, context);
    const reader = receiver.reader ?? createListReader(answer.headers, request, onRows);
    return accept(named, answer, await reader.end());
  }

  return {
    baseUrl,
    listInBatches,
    async list(request, context) {
      const rows: Row[] = [];
      await listInBatches(request, (batch) => void rows.push(...batch), context);
      return rows;
    },
    async get(request, context = {}) {
      const named = { method: 'GET', path: request.path, query: request.query };
      const answer = await call(named, context);
      return accept(named, answer, readRow(answer, request.envelope, request.row));
    },
    async write(request, context = {}) {
      if (settings.readOnly) throw fail(refusals.readOnly, request);
      const answer = await call(request, context);
      return accept(request, answer, readWritten(answer, request));
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** Empty where it cannot be had: the call then says so. */
function readToken(token: BroadstreetSettings['token']): string {
  try {
    return typeof token === 'string' ? token : token();
  } catch {
    return '';
  }
}

function checkBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password) {
    return url.href.replace(/\/+$/, '');
  }
  throw new SyncError({
    category: 'validation',
    code: 'invalid_base_url',
    message: 'The address of the API is not an http or https address of host and path alone',
    remedy: 'Correct BROADSTREET_API_URL, for example https://api.broadstreetads.com/api/1',
  });
}
