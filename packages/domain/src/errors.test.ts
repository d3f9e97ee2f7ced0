import { describe, expect, it } from 'vitest';
import { actions, errorCategories, SyncError, toErrorRecord } from './errors.ts';
import { RemoteError } from './remote.ts';

const details = { category: 'quota', code: 'too_many_requests', message: 'The API is busy.', remedy: 'Wait.' } as const;

describe('toErrorRecord', () => {
  it('keeps what an error of ours says', () => {
    expect(toErrorRecord(new SyncError(details))).toEqual(details);
    expect(toErrorRecord(new SyncError({ ...details, remedy: undefined }))).toMatchObject({ remedy: null });
  });

  it('keeps of a remote error nothing of its request', () => {
    const error = new RemoteError({ ...details, outcome: 'refused', method: 'GET', path: '/zones', status: 429 });

    expect(toErrorRecord(error)).toEqual(details);
  });

  it.each([
    [new TypeError('no such thing'), 'no such thing'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('takes %s as an internal error', (thrown, message) => {
    expect(toErrorRecord(thrown)).toEqual({ category: 'internal', code: 'unexpected', message, remedy: null });
  });
});

describe('SyncError', () => {
  it('is named for its class and keeps its cause', () => {
    const cause = new Error('below');
    const error = new RemoteError({ ...details, cause, outcome: 'unknown', method: 'POST', path: '/zones' });

    expect(error).toMatchObject({ name: 'RemoteError', cause, outcome: 'unknown', status: undefined });
  });
});

describe('actions', () => {
  it('say what to do about every category', () => {
    expect(Object.keys(actions).toSorted()).toEqual(errorCategories.toSorted());
  });
});
