import { type InputFault, type Problem, type ProblemCode, problems } from '@broadstreet-sync/contract';

export interface ProblemDetails {
  readonly code: ProblemCode;
  /** What happened, and what to do about it. */
  readonly detail: string;
  readonly errors?: readonly InputFault[];
  /** Further members of the answer. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is not what was asked for, as `application/problem+json`. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;

  constructor({ code, detail, errors, extra = {}, headers = {} }: ProblemDetails) {
    super(detail);
    this.name = 'ProblemError';
    const { status, title } = problems[code];
    this.code = code;
    this.status = status;
    this.headers = headers;
    const listed = errors === undefined ? {} : { errors: [...errors] };
    this.body = { ...extra, type: `urn:broadstreet-sync:problem:${code}`, title, status, code, detail, ...listed };
  }
}

/** Input that cannot be used, field by field. */
export function invalidInput(errors: readonly InputFault[]): ProblemError {
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new ProblemError({ code: 'invalid_input', detail, errors });
}

export function notFound(detail: string): ProblemError {
  return new ProblemError({ code: 'not_found', detail });
}
