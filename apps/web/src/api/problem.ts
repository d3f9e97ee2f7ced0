import { type InputFault, type Problem, problem } from '@broadstreet-sync/contract';

/** An answer that is not the wished one, in the API's own words. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  /** What is wrong with the input, field by field. */
  readonly errors: readonly InputFault[];
  /** All of the answer: some carry more, such as the run that is under way. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(body: Problem) {
    super(body.detail);
    this.name = 'ProblemError';
    this.status = body.status;
    this.code = body.code;
    this.errors = body.errors ?? [];
    this.body = body;
  }
}

function unexpected(status: number, code: string, detail: string): ProblemError {
  return new ProblemError({ type: `urn:broadstreet-sync:${code}`, title: detail, status, code, detail });
}

/** The problem of a request that nothing answered. */
export function offline(): ProblemError {
  return unexpected(
    0,
    'offline',
    'The API does not answer. It is tried again by itself; is `npm start` still running?',
  );
}

/** The problem in an answer. */
export async function readProblem(answer: Response): Promise<ProblemError> {
  const body: unknown = await answer.json().catch(() => null);
  const parsed = problem.safeParse(body);
  if (parsed.success) return new ProblemError(parsed.data);
  return unexpected(answer.status, 'unexpected_answer', `The API answers ${answer.status} without saying why.`);
}
