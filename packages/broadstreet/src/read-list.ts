import { createIdSet } from '@broadstreet-sync/domain';
import { answers } from './categories.ts';
import { createRowCutter, cutOut, OversizeError } from './cut-rows.ts';
import { isJsonType, isRow, own } from './json.ts';
import { holdsErrors, problemOf, type Reading, type Refusal } from './read-answer.ts';
import type { Headers } from './retry-after.ts';
import type { ListRequest, OnRows, Row } from './types.ts';

/** Reads a list while it arrives. */
export interface ListReader {
  /** Takes the next part of the body. @returns false where the rest is not wanted */
  write(bytes: Uint8Array): Promise<boolean>;
  /**
   * To be called after the last part.
   *
   * @returns the number of rows, if all was complete and valid
   * @throws what `onRows` threw
   */
  end(): Promise<Reading<number>>;
}

/** Rows that are handed over at once. */
const batchSize = 500;
/** What JSON takes for blanks. */
const blank = /^[ \t\r\n]*$/;

/**
 * Makes what reads one list: the right type, the right envelope, each row as the API promises it and no identity twice.
 * Rows are handed over in batches; those of the last batch once the whole body was found valid.
 */
export function createListReader(headers: Headers, request: ListRequest, onRows: OnRows): ListReader {
  const type = headers['content-type'];
  const cutter = createRowCutter(request.envelopes, request.bare === true);
  const check = createRowCheck(request);
  let isBlank = true;
  let refusal: Refusal | null = null;
  let thrown: { readonly error: unknown } | null = null;
  let batch: Row[] = [];

  function refuse(found: Refusal): false {
    refusal ??= found;
    return false;
  }

  async function handOver(): Promise<void> {
    const full = batch;
    batch = [];
    await onRows(full);
  }

  async function take(rows: readonly unknown[]): Promise<boolean> {
    for (const row of rows) {
      const problem = check(row);
      if (problem !== null) return refuse(problem);
      if (batch.length === batchSize) await handOver();
      if (isRow(row)) batch.push(row);
    }
    return true;
  }

  async function takeBody(bytes: Uint8Array): Promise<boolean> {
    if (isBlank && blank.test(Buffer.from(bytes).toString('latin1'))) return true;
    isBlank = false;
    if (!isJsonType(type)) return refuse({ verdict: answers.notJson, detail: type ?? 'no content type' });
    const rows = tryRead(() => cutter.write(bytes));
    return 'value' in rows ? take(rows.value) : refuse(rows);
  }

  return {
    write: (bytes) =>
      takeBody(bytes).catch((error: unknown) => {
        thrown = { error };
        return false;
      }),
    async end() {
      if (thrown !== null) throw thrown.error;
      if (refusal !== null) return refusal;
      if (isBlank) return { verdict: answers.empty };
      const frame = tryRead(() => cutter.end());
      if (!('value' in frame)) return frame;
      if (holdsErrors(frame.value)) return { verdict: answers.holdsErrors };
      const beside = rowsBeside(frame.value, request);
      if (beside === null)
        return { verdict: answers.wrongEnvelope, detail: `expected ${request.envelopes.join(' or ')}` };
      if (!(await take(beside)) && refusal !== null) return refusal;
      if (batch.length > 0) await handOver();
      return { value: check.count() };
    },
  };
}

function tryRead<T>(read: () => T): { readonly value: T } | Refusal {
  try {
    return { value: read() };
  } catch (error) {
    return { verdict: error instanceof OversizeError ? answers.tooLarge : answers.unparsable };
  }
}

/** Rows that were not cut out: the one object of a list of one. Null where the body is no list. */
function rowsBeside(frame: unknown, { envelopes, bare }: ListRequest): readonly unknown[] | null {
  if (Array.isArray(frame)) return bare === true && isCutOut(frame) ? [] : null;
  if (!isRow(frame)) return null;
  const at = envelopes.findIndex((envelope) => Object.hasOwn(frame, envelope));
  const rows = own(frame, envelopes[at] ?? '');
  // Anything else is under a key that came twice, so that nobody can say which of them is meant.
  if (Array.isArray(rows)) return isCutOut(rows) ? [] : null;
  return at > 0 && isRow(rows) && !Object.values(frame).some(isCutOut) ? [rows] : null;
}

function isCutOut(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && value[0] === cutOut;
}

/** Makes what tells why a row must not be read, counting rows from 1; null where it may. */
function createRowCheck({ row: schema, identity, query }: ListRequest) {
  const known = createIdSet(Math.max(1, identity.length));
  let count = 0;

  function check(row: unknown): Refusal | null {
    count += 1;
    const at = `row ${count}`;
    const problem = problemOf(row, schema);
    if (problem !== null || !isRow(row)) {
      return { verdict: answers.invalidRow, detail: `${at}: ${problem ?? 'not an object'}` };
    }
    const ids: number[] = [];
    for (const field of identity) {
      const id = own(row, field) ?? query[field];
      if (!isId(id)) return { verdict: answers.invalidRow, detail: `${at}: no ${field}` };
      ids.push(id);
    }
    return ids.length > 0 && !known.add(ids) ? { verdict: answers.duplicateRow, detail: at } : null;
  }
  return Object.assign(check, { count: () => count });
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
