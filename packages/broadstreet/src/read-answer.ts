import type { z } from 'zod';
import { answers, type Verdict } from './categories.ts';
import { isJsonType, isRow, own, parseJson } from './json.ts';
import type { Headers } from './retry-after.ts';
import type { Row, WriteRequest } from './types.ts';

/** A whole answer with status 2xx. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Why something must not be read. */
export interface Refusal {
  readonly verdict: Verdict;
  readonly detail?: string;
}

/** What was read, or why it must not be. */
export type Reading<T> = { readonly value: T } | Refusal;

/** Reads one row, under its envelope or bare. */
export function readRow(answer: Answer, envelope: string, schema: z.ZodType): Reading<Row> {
  const found = readObject(answer, envelope);
  if ('verdict' in found) return found;
  const problem = problemOf(found.value, schema);
  return problem === null ? found : { verdict: answers.invalidRow, detail: problem };
}

/** Reads what a write answers. A body that nobody asked for must at least be no page of the host. */
export function readWritten(answer: Answer, request: WriteRequest): Reading<Row | null> {
  if (request.answers === 'nothing') {
    if (isBlank(answer)) return { value: null };
    const body = readJson(answer);
    return 'verdict' in body ? body : { value: null };
  }
  if (request.answers === 'row' && request.row) return readRow(answer, request.envelope, request.row);
  const found = readObject(answer, request.envelope);
  if ('verdict' in found) return found;
  const missing = missingOf(found.value, request.identity ?? ['id']);
  return missing === null ? found : { verdict: answers.invalidRow, detail: `no ${missing}` };
}

function isBlank({ bytes }: Answer): boolean {
  return bytes.toString('latin1').trim() === '';
}

function readJson(answer: Answer): Reading<unknown> {
  if (isBlank(answer)) return { verdict: answers.empty };
  const type = answer.headers['content-type'];
  if (!isJsonType(type)) return { verdict: answers.notJson, detail: type ?? 'no content type' };
  let value: unknown;
  try {
    value = parseJson(answer.bytes);
  } catch {
    return { verdict: answers.unparsable };
  }
  return holdsErrors(value) ? { verdict: answers.holdsErrors } : { value };
}

/** Says whether a success reports errors. */
export function holdsErrors(value: unknown): boolean {
  if (!isRow(value)) return false;
  return [own(value, 'errors'), own(value, 'error')].some(
    (errors) => Boolean(errors) && Object.keys(Object(errors)).length > 0,
  );
}

function readObject(answer: Answer, envelope: string): Reading<Row> {
  const body = readJson(answer);
  if ('verdict' in body) return body;
  const wrong = { verdict: answers.wrongEnvelope, detail: `expected ${envelope}` };
  if (!isRow(body.value)) return wrong;
  const row = Object.hasOwn(body.value, envelope) ? body.value[envelope] : body.value;
  return isRow(row) ? { value: row } : wrong;
}

/** What is wrong with a row; null where nothing is. */
export function problemOf(row: unknown, schema: z.ZodType): string | null {
  const checked = schema.safeParse(row);
  if (checked.success) return null;
  const [issue] = checked.error.issues;
  return `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'invalid'}`;
}

/** The first of these fields that does not tell which entity it is; null where all do. */
function missingOf(row: Row, fields: readonly string[]): string | null {
  return fields.find((field) => !isIdentifying(own(row, field))) ?? null;
}

function isIdentifying(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isSafeInteger(value) && value > 0
    : typeof value === 'string' && value !== '';
}
