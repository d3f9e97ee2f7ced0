import type { z } from 'zod';
import { answers, type Verdict } from './categories.ts';
import { isJsonType, isRow, own, parseJson } from './json.ts';
import type { Headers } from './retry-after.ts';
import type { ListRequest, Query, Row, WriteRequest } from './types.ts';

/** A whole answer with status 2xx. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** What was read, or why it must not be. */
export type Reading<T> = { readonly value: T } | { readonly verdict: Verdict; readonly detail?: string };

/** Reads all rows of a list. */
export function readList(answer: Answer, request: ListRequest): Reading<Row[]> {
  const body = readJson(answer);
  if ('verdict' in body) return body;
  const rows = findRows(body.value, request);
  if (!rows) return { verdict: answers.wrongEnvelope, detail: `expected ${request.envelopes.join(' or ')}` };

  const seen = new Set<string>();
  const valid: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const problem = problemOf(row, request.row);
    if (problem !== null || !isRow(row)) {
      return { verdict: answers.invalidRow, detail: `row ${index + 1}: ${problem ?? 'not an object'}` };
    }
    const identity = identityOf(row, request.identity, request.query);
    if ('missing' in identity) {
      return { verdict: answers.invalidRow, detail: `row ${index + 1}: no ${identity.missing}` };
    }
    if (request.identity.length > 0 && seen.has(identity.key))
      return { verdict: answers.duplicateRow, detail: `row ${index + 1}` };
    seen.add(identity.key);
    valid.push(row);
  }
  return { value: valid };
}

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
  const identity = identityOf(found.value, request.identity ?? ['id'], {});
  return 'missing' in identity ? { verdict: answers.invalidRow, detail: `no ${identity.missing}` } : found;
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

function holdsErrors(value: unknown): boolean {
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

function findRows(body: unknown, { envelopes, bare }: ListRequest): readonly unknown[] | null {
  if (Array.isArray(body)) return bare ? body : null;
  if (!isRow(body)) return null;
  const at = envelopes.findIndex((envelope) => Object.hasOwn(body, envelope));
  const rows = own(body, envelopes[at] ?? '');
  if (Array.isArray(rows)) return rows;
  return at > 0 && isRow(rows) ? [rows] : null;
}

function problemOf(row: unknown, schema: z.ZodType): string | null {
  const checked = schema.safeParse(row);
  if (checked.success) return null;
  const [issue] = checked.error.issues;
  return `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'invalid'}`;
}

function identityOf(row: Row, fields: readonly string[], query: Query): { key: string } | { missing: string } {
  const values: unknown[] = [];
  for (const field of fields) {
    const value = own(row, field) ?? query[field];
    if (!isIdentifying(value)) return { missing: field };
    values.push(value);
  }
  return { key: JSON.stringify(values) };
}

function isIdentifying(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isSafeInteger(value) && value > 0
    : typeof value === 'string' && value !== '';
}
