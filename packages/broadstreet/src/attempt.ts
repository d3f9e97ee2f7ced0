import type { RequestEnd } from '@broadstreet-sync/budget';
import { RemoteError } from '@broadstreet-sync/domain';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { codeOf, readBody, type TakeBytes } from './body.ts';
import { answers, connections, type Verdict, verdictOfConnection, verdictOfStatus } from './categories.ts';
import { createWatchedTransport, type WatchedTransport } from './connection.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { readErrorBody } from './error-body.ts';
import type { Fail, FailureDetails } from './failure.ts';
import { rateClassOf } from './rate-class.ts';
import type { Answer } from './read-answer.ts';
import { type Headers, readRetryAfter } from './retry-after.ts';
import { createTakeSlot, type SlotRequest } from './take-slot.ts';
import type { BroadstreetSettings, CallContext } from './types.ts';

const defaultMaxBodyBytes = 256 * 1024 * 1024;

/** How the budget is told of an error. */
function endOf({ status, code, category }: RemoteError): RequestEnd['outcome'] {
  if (status === 429) return 'rate_limited';
  if (code === connections.abortedAfter.code) return 'aborted';
  return category === 'network' ? 'failed' : 'answered';
}

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

/** For whom a request was sent, and how long ago. */
interface Sent {
  readonly context: CallContext;
  readonly deadline: Deadline;
  readonly ageMs: () => number;
}

/** A head, and as much of the body as came. */
interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Awaited<ReturnType<typeof readBody>>;
}

export function createAttempt(settings: AttemptSettings): Attempt {
  const { budget, send, timeoutMs, isSecure, log } = settings;
  const takeSlot = createTakeSlot(budget, settings.fail);
  const maxBodyBytes = settings.maxBodyBytes ?? defaultMaxBodyBytes;

  /** What fails while the host is known to fail was a probe. */
  const fail: Fail = (verdict, request, details = {}) => {
    const usesNoAttempt = verdict.category === 'network' && budget.isBreakerOpen();
    return settings.fail(verdict, request, { ...details, usesNoAttempt });
  };

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

  async function refuse(request: SlotRequest, heard: Heard, { context, ageMs }: Sent): Promise<RemoteError> {
    const { status, headers, body } = heard;
    const { message, fields } = body.state === 'whole' ? readErrorBody(body.bytes) : {};
    const retryAfterMs = readRetryAfter(headers, Date.now());
    const details: FailureDetails = { status, detail: message, fields, retryAfterMs };
    if (status === 429) {
      context.meter?.rateLimited();
      const sent = { rateClass: rateClassOf(request.path), ageMs: ageMs() };
      await budget.pause(retryAfterMs, sent).catch(() => undefined);
    }
    return fail(verdictOfStatus(status), request, details);
  }

  /** The answer, if it is a whole success; else the error that it is. */
  async function judge(request: SlotRequest, heard: Heard, sent: Sent): Promise<Answer> {
    const { status, headers, body } = heard;
    if (!isSuccess(status)) throw await refuse(request, heard, sent);
    if (body.state === 'whole') return { status, headers, bytes: body.bytes };
    if (body.state === 'tooLarge') throw fail(answers.tooLarge, request, { status });
    throw fail(verdictOfEnd(sent.deadline, true) ?? answers.truncated, request, { status, causeCode: body.causeCode });
  }

  async function sendOnce(request: AttemptRequest, config: InternalAxiosRequestConfig, sent: Sent) {
    const { context, deadline } = sent;
    context.meter?.request();
    try {
      const heard = await hear(request, config, { deadline, transport: createWatchedTransport(isSecure) });
      return await judge(request, heard, sent);
    } finally {
      deadline.clear();
    }
  }

  return async (request, config, context) => {
    const waitedMs = await takeSlot(request, context);
    const startedAt = performance.now();
    const ageMs = () => performance.now() - startedAt;
    const deadline = startDeadline(timeoutMs, context.signal);
    const ended = budget.begin(rateClassOf(request.path));
    const note = (outcome: RequestEnd['outcome'], status: number | undefined, result: string, cause?: string) => {
      const durationMs = ageMs();
      ended({ outcome, durationMs, oursMs: deadline.stoodStillMs(), cause });
      log?.({ method: request.method, path: request.path, status, result, durationMs, waitedMs });
    };
    return sendOnce(request, config, { context, deadline, ageMs }).then(
      (answer) => {
        note('answered', answer.status, 'ok');
        return answer;
      },
      (error: unknown) => {
        if (error instanceof RemoteError) note(endOf(error), error.status, error.code, error.message);
        else note('answered', undefined, 'internal');
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
