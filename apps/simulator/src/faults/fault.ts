import { z } from 'zod';
import { editSchema } from '../edits.ts';

/*
 * What can go wrong with one request. `commit` says whether a write is carried out all the same; a read is carried
 * out where the fault needs its answer. Times are in ms, sizes in bytes.
 */

const commit = (byDefault: boolean) => z.boolean().default(byDefault);
const httpStatus = z.int().min(200).max(599);

export const faultSchema = z.discriminatedUnion('type', [
  /** Another status, such as 429, 500, 502, 503, 408, 401, 403, 404 or 422. */
  z.strictObject({
    type: z.literal('status'),
    status: httpStatus,
    /** Of a 422: `{ errors }`. */
    errors: z.record(z.string(), z.unknown()).optional(),
    /** The whole body; without it `{ message }`. */
    body: z.unknown().optional(),
    /** `Retry-After` in this form, `retry_after_ms` from now. */
    retry_after: z.enum(['seconds', 'date', 'none']).default('none'),
    retry_after_ms: z.int().min(0).default(1000),
    commit: commit(false),
  }),
  z.strictObject({ type: z.literal('commit_then_reset') }),
  z.strictObject({ type: z.literal('reset_before_commit') }),
  /** The client is reset at once, or never answered until it goes; the write is carried out later. */
  z.strictObject({
    type: z.literal('commit_late'),
    after_ms: z.int().min(0).max(3_600_000),
    /** With it, the delay is a seeded share between `after_ms` and this. */
    until_ms: z.int().min(0).max(3_600_000).optional(),
    connection: z.enum(['reset', 'hang']).default('reset'),
  }),
  z.strictObject({ type: z.literal('hang'), commit: commit(false) }),
  /** The connection is closed without a byte. */
  z.strictObject({ type: z.literal('drop'), commit: commit(false) }),
  z.strictObject({ type: z.literal('slow'), bytes_per_second: z.int().min(1).default(1) }),
  z.strictObject({ type: z.literal('html'), status: httpStatus.default(200), commit: commit(true) }),
  /** 200 (or what a write answers) without a body. */
  z.strictObject({ type: z.literal('empty'), commit: commit(true) }),
  z.strictObject({ type: z.literal('empty_object'), commit: commit(true) }),
  /** The body under another key. */
  z.strictObject({ type: z.literal('wrong_envelope'), key: z.string().default('data'), commit: commit(true) }),
  /** The body ends early: at a byte, or after a share of it; with `Content-Length` of the whole, or closed instead. */
  z.strictObject({
    type: z.literal('truncated'),
    at_byte: z.int().min(0).optional(),
    share: z.number().min(0).max(1).default(0.5),
    length: z.enum(['kept', 'closed']).default('kept'),
    commit: commit(true),
  }),
  z.strictObject({
    type: z.literal('broken_row'),
    defect: z.enum(['bad_id', 'missing_id', 'duplicate_id', 'not_an_object', 'bad_name']).default('bad_id'),
    /** How many rows, from the middle of the list on. */
    rows: z.int().min(1).default(1),
  }),
  /** A list without a seeded share of its rows; 100: empty. */
  z.strictObject({ type: z.literal('lose_rows'), percent: z.number().min(0).max(100) }),
  /** The right answer; then the account changes, as if someone else had worked in it. */
  z.strictObject({ type: z.literal('edit'), edits: z.array(editSchema).min(1) }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultOf<T extends Fault['type']> = Extract<Fault, { type: T }>;
