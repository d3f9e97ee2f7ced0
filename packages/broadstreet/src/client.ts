import { RemoteError, SyncError } from '@broadstreet-sync/domain';
import axios, { AxiosError, type AxiosResponse, getAdapter, type InternalAxiosRequestConfig } from 'axios';
import axiosRetry from 'axios-retry';
import { createAttempt } from './attempt.ts';
import { connections, refusals } from './categories.ts';
import { createAgents } from './connection.ts';
import { createFail, type Fail, type RequestName } from './failure.ts';
import { type Answer, type Reading, readList, readRow, readWritten } from './read-answer.ts';
import { createRetryAllowance, maxReadRetries, retryDelayMs } from './retries.ts';
import type { Broadstreet, BroadstreetSettings, CallContext, Query, Row } from './types.ts';

interface Call extends RequestName {
  readonly query?: Query | undefined;
  readonly body?: Row | undefined;
  readonly slotTaken?: boolean | undefined;
}

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
  const allowance = createRetryAllowance();
  const attempt = createAttempt({
    ...settings,
    isSecure: baseUrl.startsWith('https:'),
    send: getAdapter('http'),
    fail,
  });
  const http = axios.create({
    ...agents,
    baseURL: baseUrl,
    allowAbsoluteUrls: false,
    headers: { Accept: 'application/json', 'User-Agent': 'broadstreet-sync' },
    proxy: false,
    maxRedirects: 0,
    maxContentLength: -1,
    transformResponse: [],
    validateStatus: null,
  });
  // Registered first, so run last: nothing that comes before sees the token.
  http.interceptors.request.use((config) => {
    config.params = { ...config.params, access_token: token() };
    return config;
  });
  axiosRetry(http, { retries: 0 });

  async function call(request: Call, context: CallContext): Promise<Answer> {
    check(request, token(), fail);
    const isRead = request.method === 'GET';
    let failure: RemoteError | undefined;

    /** Keeps our error aside: axios-retry wants one of axios, and axios puts a cancellation in the place of any. */
    const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<Answer>> => {
      try {
        allowance.sent();
        const data = await attempt(request, config, context);
        return { data, status: data.status, statusText: '', headers: {}, config };
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        failure = error;
        throw new AxiosError(error.code, error.code, config);
      }
    };

    try {
      const { data } = await http.request<Answer>({
        adapter,
        method: request.method,
        url: request.path,
        params: request.query,
        data: request.body,
        // Without it axios would throw away the success of a write that is aborted at its end.
        ...(isRead && context.signal ? { signal: context.signal } : {}),
        'axios-retry': {
          retries: isRead ? maxReadRetries : 0,
          retryCondition: () => isRepeatable(failure) && allowance.take(),
          retryDelay: (retry) => retryDelayMs(retry),
          onRetry: () => {
            failure = undefined;
            context.meter?.retry();
          },
        },
      });
      return data;
    } catch (error) {
      if (failure) throw failure;
      if (context.signal?.aborted) throw fail(connections.abortedBefore, request);
      throw fail(refusals.unexpected, request, { detail: error instanceof Error ? error.name : 'unknown' });
    }
  }

  function accept<T>(request: RequestName, answer: Answer, reading: Reading<T>): T {
    if ('value' in reading) return reading.value;
    throw fail(reading.verdict, request, { status: answer.status, detail: reading.detail });
  }

  return {
    baseUrl,
    async list(request, context = {}) {
      const named = { method: 'GET', path: request.path, query: request.query };
      const answer = await call(named, context);
      return accept(named, answer, readList(answer, request));
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

/** What the network lost may come through a second time; a request that ran out of time would only hold its task longer. */
function isRepeatable(failure: RemoteError | undefined): boolean {
  const ended: readonly string[] = [connections.timeout.code, connections.connectTimeout.code, 'aborted'];
  return failure?.category === 'network' && !ended.includes(failure.code) && failure.code !== 'budget_unavailable';
}

function check(request: Call, token: string, fail: Fail): void {
  if (!/^(\/[\w~%-]+)+$/.test(request.path) || Object.hasOwn(request.query ?? {}, 'access_token')) {
    throw fail(refusals.invalidRequest, request);
  }
  if (token.trim() === '') throw fail(refusals.tokenMissing, request);
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
