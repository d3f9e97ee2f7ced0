import { RemoteError } from '@broadstreet-sync/domain';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import axiosRetry from 'axios-retry';
import type { Attempt, AttemptRequest } from './attempt.ts';
import { connections, refusals } from './categories.ts';
import type { Agents } from './connection.ts';
import type { Fail, RequestName } from './failure.ts';
import { rateClassOf } from './rate-class.ts';
import type { Answer } from './read-answer.ts';
import { maxReadRetries, retryDelayMs } from './retries.ts';
import type { BroadstreetSettings, CallContext, Query, Row } from './types.ts';

export interface Call extends RequestName {
  readonly query?: Query | undefined;
  readonly body?: Row | undefined;
  readonly slotTaken?: boolean | undefined;
  readonly receive?: AttemptRequest['receive'];
}

interface CallSettings {
  readonly baseUrl: string;
  readonly agents: Agents;
  readonly attempt: Attempt;
  readonly fail: Fail;
  readonly token: () => string;
  readonly budget: Pick<BroadstreetSettings['budget'], 'takeRetry'>;
}

/** Makes what sends a request, and a read again, and throws nothing but {@link RemoteError}. */
export function createCall(settings: CallSettings): (request: Call, context: CallContext) => Promise<Answer> {
  const { attempt, fail, token, budget } = settings;
  const http = createHttp(settings);

  return async (request, context) => {
    check(request, token(), fail);
    const isRead = request.method === 'GET';
    let failure: RemoteError | undefined;
    /** Of the time before, while it is sent again. */
    let earlier: RemoteError | undefined;
    const takeRetry = () => budget.takeRetry(rateClassOf(request.path)).catch(() => false);

    /** Keeps our error aside: axios-retry wants one of axios, and axios puts a cancellation in the place of any. */
    const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<Answer>> => {
      try {
        const data = await attempt({ ...request, isCountedRetry: earlier !== undefined }, config, context);
        return { data, status: data.status, statusText: '', headers: {}, config };
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        // What was held back says less than what it was to repeat.
        failure = error.outcome === 'not_sent' && error.usesNoAttempt ? (earlier ?? error) : error;
        throw new AxiosError(error.code, error.code, config);
      }
    };
    const repetition = {
      retries: isRead ? maxReadRetries : 0,
      retryCondition: async () => isRepeatable(failure) && failure !== earlier && (await takeRetry()),
      retryDelay: (retry: number) => retryDelayMs(retry),
      onRetry: () => {
        earlier = failure;
        failure = undefined;
        context.meter?.retry();
      },
    };

    try {
      const { data } = await http.request<Answer>({
        adapter,
        method: request.method,
        url: request.path,
        params: request.query,
        data: request.body,
        // With it axios would throw away the success of a write that is aborted at its end.
        ...(isRead && context.signal ? { signal: context.signal } : {}),
        'axios-retry': repetition,
      });
      return data;
    } catch (error) {
      if (failure) throw failure;
      if (context.signal?.aborted) throw fail(connections.abortedBefore, request);
      throw fail(refusals.unexpected, request, { detail: error instanceof Error ? error.name : 'unknown' });
    }
  };
}

function createHttp({ baseUrl, agents, token }: CallSettings): AxiosInstance {
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
  return http;
}

/** What the network lost may come through a second time; a request that ran out of time would only hold its task longer. */
function isRepeatable(failure: RemoteError | undefined): boolean {
  const ended: readonly string[] = [connections.timeout.code, connections.connectTimeout.code, 'aborted'];
  return failure?.category === 'network' && !failure.usesNoAttempt && !ended.includes(failure.code);
}

function check(request: Call, token: string, fail: Fail): void {
  if (!/^(\/[\w~%-]+)+$/.test(request.path) || Object.hasOwn(request.query ?? {}, 'access_token')) {
    throw fail(refusals.invalidRequest, request);
  }
  if (token.trim() === '') throw fail(refusals.tokenMissing, request);
}
