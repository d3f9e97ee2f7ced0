import { RemoteError } from '@broadstreet-sync/domain';
import type { Verdict } from './categories.ts';

/** What errors may say of a request. */
export interface RequestName {
  readonly method: string;
  readonly path: string;
}

export interface FailureDetails {
  readonly status?: number | undefined;
  /** What exactly, in few words; may come from outside. */
  readonly detail?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Default: as the verdict has it. */
  readonly usesNoAttempt?: boolean | undefined;
  /** The error code of Node or a library; nothing else of their errors is kept, since they hold the whole request. */
  readonly causeCode?: string | undefined;
}

/** Makes the errors of one client: named by verdict and request, and without its token, whoever wrote it into a text. */
export type Fail = (verdict: Verdict, request: RequestName, details?: FailureDetails) => RemoteError;

const maxDetail = 300;

/** @param token the current token, or '' */
export function createFail(token: () => string): Fail {
  const redact = (text: string) => {
    const secret = token();
    if (secret === '') return text;
    return [secret, encodeURIComponent(secret)].reduce((clean, form) => clean.replaceAll(form, '[token]'), text);
  };
  const short = (text: string) => {
    const clean = redact(text);
    return clean.length > maxDetail ? `${clean.slice(0, maxDetail)}…` : clean;
  };

  return (verdict, request, details = {}) => {
    const { status, detail, fields, retryAfterMs, causeCode } = details;
    const path = redact(request.path);
    const statusText = status === undefined ? '' : ` (status ${status})`;
    const cleanFields = fields && Object.entries(fields).map(([name, text]) => [redact(name), short(text)]);
    return new RemoteError({
      category: verdict.category,
      code: verdict.code,
      message: `${request.method} ${path}: ${verdict.says}${statusText}${detail ? `: ${short(detail)}` : ''}`,
      remedy: verdict.remedy,
      outcome: verdict.outcome,
      method: request.method,
      path,
      status,
      retryAfterMs,
      usesNoAttempt: details.usesNoAttempt ?? verdict.usesNoAttempt,
      fields: cleanFields && Object.fromEntries(cleanFields),
      cause: causeCode === undefined ? undefined : new Error(redact(causeCode)),
    });
  };
}
