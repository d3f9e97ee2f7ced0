import type { KindName } from './rows.ts';

/** The body of an answer. Rows are made while they are sent, so a huge list is never held as text. */
export type AnswerBody =
  | { type: 'none' }
  | { type: 'text'; contentType: string; text: string }
  | { type: 'json'; value: unknown }
  /** `envelope` null: a bare array. `rows` can be walked more than once. */
  | { type: 'rows'; envelope: string | null; rows: Iterable<unknown> }
  /** Several lists in one object. */
  | { type: 'lists'; lists: readonly (readonly [name: string, rows: Iterable<unknown>])[] };

/** What a write did: the entity it made, changed or removed. */
export interface Written {
  kind: KindName;
  id: number | null;
  key: Record<string, number> | null;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: AnswerBody;
  /** Set when something was committed. */
  written: Written | null;
}

export function json(status: number, value: unknown, written: Written | null = null): Answer {
  return { status, headers: {}, body: { type: 'json', value }, written };
}

export function noBody(status: number, written: Written | null = null): Answer {
  return { status, headers: {}, body: { type: 'none' }, written };
}

/** All of `rows`, each as `show` gives it. */
export function list<R>(envelope: string | null, rows: Iterable<R>, show: (row: R) => unknown): Answer {
  const taken = [...rows];
  return {
    status: 200,
    headers: {},
    body: {
      type: 'rows',
      envelope,
      rows: {
        *[Symbol.iterator]() {
          for (const row of taken) yield show(row);
        },
      },
    },
    written: null,
  };
}

// The contract documents 404 as { message } and 422 as { errors }; 400, 401 and 429 not at all.
export const notFound = (): Answer => json(404, { message: 'Not Found' });
export const unauthorized = (): Answer => json(401, { message: 'Unauthorized' });
export const badRequest = (message: string): Answer => json(400, { message });
export const unprocessable = (errors: Record<string, unknown>): Answer => json(422, { errors });
export const tooManyRequests = (headers: Record<string, string>): Answer => ({
  ...json(429, { message: 'Too Many Requests' }),
  headers,
});
