import { SyncError } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { invalidInput } from './problem-error.ts';
import { toProblem } from './to-problem.ts';

function httpError(status: number, type?: string): Error {
  return Object.assign(new Error('secret detail'), { status, ...(type === undefined ? {} : { type }) });
}

describe('toProblem', () => {
  it.each([
    [httpError(400, 'entity.parse.failed'), 400, 'malformed_json'],
    [httpError(413, 'entity.too.large'), 413, 'body_too_large'],
    [httpError(415, 'charset.unsupported'), 415, 'unsupported_media_type'],
    [httpError(400), 400, 'malformed_request'],
    [httpError(500), 500, 'internal'],
    [new Error('secret detail'), 500, 'internal'],
    ['secret detail', 500, 'internal'],
    [invalidInput([{ path: 'name', message: 'must be text' }]), 422, 'invalid_input'],
  ])('gives %s its status and code, and nothing of its words that are not ours', (error, status, code) => {
    const problem = toProblem(error, 'r1');

    expect([problem.status, problem.body.code, problem.body.status]).toEqual([status, code, status]);
    expect(JSON.stringify(problem.body)).not.toContain('secret');
  });

  it('names the request under which the log tells more', () => {
    expect(toProblem(new Error('x'), 'r1').body).toMatchObject({ request_id: 'r1' });
  });

  it('gives another account its words and its remedy', () => {
    const error = new SyncError({ category: 'conflict', code: 'other_account', message: 'A; B.', remedy: 'Do C.' });

    expect(toProblem(error, 'r1').body).toMatchObject({ status: 409, code: 'other_account', detail: 'A; B. Do C.' });
  });
});
