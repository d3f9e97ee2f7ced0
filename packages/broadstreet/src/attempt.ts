import { RemoteError } from '@broadstreet-sync/domain';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { codeOf, readBody, type TakeBytes } from './body.ts';
import { answers, connections, type Verdict, verdictOfConnection, verdictOfStatus } from './categories.ts';
import { createWatchedTransport, type WatchedTransport } from './connection.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { readErrorBody } from './error-body.ts';
import type { Fail, FailureDetails } from './failure.ts';
import type { Answer } from './read-answer.ts';
import { type Headers, readRetryAfter } from './retry-after.ts';
import { createTakeSlot, type SlotRequest } from './take-slot.ts';
import type { BroadstreetSettings, CallContext } from './types.ts';

const defaultMaxBodyBytes = 256 * 1024 * 1024;

interface AttemptSettings extends Pick<BroadstreetSettings, 'budget' | 'timeoutMs' | 'maxBodyBytes' | 'log'> {
  readonly isSecure: boolean;
  readonly send: AxiosAdapter;
  readonly fail: Fail;
}

export interface AttemptRequest extends SlotRequest {
  /** Makes what takes the body of a success while it arrives; then the answer has no bytes. */
  readonly receive?: ((headers: Headers) => TakeBytes) | undefined;
}

/** Sends one request once: slot, deadline, answer, verdict. */
export type Attempt = (
  request: AttemptRequest,
  config: InternalAxiosRequestConfig,
  context: CallContext,
) => Promise<Answer>;

/** A head, and as much of the body as came. */
interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Awaited<ReturnType<typeof readBody>>;
}

export function createAttempt(settings: AttemptSettings): Attempt {
  const { budget, fail, send, timeoutMs, isSecure, log } = settings;
  const takeSlot = createTakeSlot(budget, fail);
  const maxBodyBytes = settings.maxBodyBytes ?? defaultMaxBodyBytes;

  async function hear(
    request: AttemptRequest,
    config: InternalAxiosRequestConfig,
    { deadline, transport }: { deadline: Deadline; transport: WatchedTransport },
  ): Promise<Heard> {
    try {
      const response = await send({ ...config, signal: deadline.signal, transport, responseType: 'stream' });
      const headers = toHeaders(response.headers);
      const take = isSuccess(response.status) ? request.receive?.(headers) : undefined;
      const timed: TakeBytes | undefined = take && ((bytes) => deadline.during(() => take(bytes)));
      const body = await readBody(response.data, maxBodyBytes, timed);
      return { status: response.status, headers, body };
    } catch (error) {
      const verdict =
        verdictOfEnd(deadline, transport.isWritingBegun()) ??
        verdictOfConnection(codeOf(error), transport.isWritingBegun());
      throw fail(verdict, request, { causeCode: codeOf(error) });
    }
  }

  async function refuse(request: SlotRequest, heard: Heard, context: CallContext): Promise<RemoteError> {
    const { status, headers, body } = heard;
    const { message, fields } = body.state === 'whole' ? readErrorBody(body.bytes) : {};
    const retryAfterMs = readRetryAfter(headers, Date.now());
    const details: FailureDetails = { status, detail: message, fields, retryAfterMs };
    if (status === 429) {
      context.meter?.rateLimited();
      await budget.pause(retryAfterMs).catch(() => undefined);
    }
    return fail(verdictOfStatus(status), request, details);
  }

  /** The answer, if it is a whole success; else the error that it is. */
  async function judge(request: SlotRequest, heard: Heard, deadline: Deadline, context: CallContext): Promise<Answer> {
    const { status, headers, body } = heard;
    if (!isSuccess(status)) throw await refuse(request, heard, context);
    if (body.state === 'whole') return { status, headers, bytes: body.bytes };
    if (body.state === 'tooLarge') throw fail(answers.tooLarge, request, { status });
    throw fail(verdictOfEnd(deadline, true) ?? answers.truncated, request, { status, causeCode: body.causeCode });
  }

  async function sendOnce(request: AttemptRequest, config: InternalAxiosRequestConfig, context: CallContext) {
    context.meter?.request();
    const deadline = startDeadline(timeoutMs, context.signal);
    try {
      const heard = await hear(request, config, { deadline, transport: createWatchedTransport(isSecure) });
      if (heard.status < 500 && heard.status !== 429) void budget.succeeded().catch(() => undefined);
      return await judge(request, heard, deadline, context);
    } finally {
      deadline.clear();
    }
  }

  return async (request, config, context) => {
    const waitedMs = await takeSlot(request, context);
    const startedAt = performance.now();
    const note = (status: number | undefined, result: string) =>
      log?.({
        method: request.method,
        path: request.path,
        status,
        result,
        durationMs: performance.now() - startedAt,
        waitedMs,
      });
    return sendOnce(request, config, context).then(
      (answer) => {
        note(answer.status, 'ok');
        return answer;
      },
      (error: unknown) => {
        if (error instanceof RemoteError) note(error.status, error.code);
        else note(undefined, 'internal');
        throw error;
      },
    );
  };
}

/** Where the deadline or the caller ended it. */
function verdictOfEnd(deadline: Deadline, isWritingBegun: boolean): Verdict | null {
  const by = deadline.endedBy();
  if (by === 'timeout') return isWritingBegun ? connections.timeout : connections.connectTimeout;
  if (by === 'caller') return isWritingBegun ? connections.abortedAfter : connections.abortedBefore;
  return null;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function toHeaders(headers: object): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]));
}
