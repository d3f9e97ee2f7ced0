import { isRow, own, parseJson } from './json.ts';

/** What a refusal says in its body: `{ "errors": { field: message } }` or `{ "message": … }` (openapi v1). */
export interface ErrorBody {
  readonly message?: string | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

const maxFields = 50;

/** Reads what can be read; a body that says nothing (HTML, empty, cut) gives nothing. */
export function readErrorBody(bytes: Uint8Array): ErrorBody {
  const body = tryParse(bytes);
  if (!isRow(body)) return {};
  const errors = own(body, 'errors');
  const fields = readFields(errors);
  const named = fields && Object.entries(fields).map(([field, text]) => `${field}: ${text}`);
  const told = [own(body, 'message'), own(body, 'error'), errors].find((text) => typeof text === 'string');
  return { fields, message: typeof told === 'string' ? told : named?.join('; ') };
}

function readFields(errors: unknown): Readonly<Record<string, string>> | undefined {
  if (Array.isArray(errors)) return errors.length > 0 ? { base: toText(errors) } : undefined;
  if (!isRow(errors)) return undefined;
  const entries = Object.entries(errors).slice(0, maxFields);
  return Object.fromEntries(entries.map(([field, problem]) => [field, toText(problem)]));
}

function toText(problem: unknown): string {
  if (typeof problem === 'string') return problem;
  if (Array.isArray(problem)) return problem.map(toText).join(', ');
  return JSON.stringify(problem) ?? '';
}

function tryParse(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}
